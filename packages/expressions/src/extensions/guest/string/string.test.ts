import { createHash } from "node:crypto";
import { transliterate as transliterateByPackage } from "transliteration";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EXTENSIONS, dispatch } from "../index.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { transliterate } from "./transliteration.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

/** Any text, lone surrogates included. */
const anyText = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
});

test("UTF-8 and Base64 are those of Node", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const bytes = encodeUtf8(text);
      expect(Buffer.from(bytes)).toEqual(Buffer.from(text));
      expect(decodeUtf8(bytes)).toBe(text.toWellFormed());
      expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(decodeBase64(Buffer.from(bytes).toString("base64"))).toEqual(bytes);
      expect(decodeBase64(Buffer.from(bytes).toString("base64url"))).toEqual(bytes);
      const text = decodeUtf8(bytes);
      if (Buffer.from(text).equals(bytes)) expect(text).toBe(Buffer.from(bytes).toString());
    }),
  );
});

test("bytes that are no UTF-8 stand for themselves", () => {
  const bytes = Uint8Array.of(0x6b, 0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0xe2, 0x82);
  expect(decodeUtf8(bytes)).toBe("k\xff\xc0\x80\xed\xa0\x80\xe2\x82");
});

test.each(["md5", "sha1", "sha224", "sha256", "sha384", "sha512"])(
  "hash(%j) is that of Node",
  (algorithm) => {
    for (const text of ["", "héllo 🐳", "a".repeat(1_000)]) {
      expect(dispatch(text, "hash", [algorithm.toUpperCase()])).toBe(
        createHash(algorithm).update(text).digest("hex"),
      );
    }
  },
);

test("replaceSpecialChars has the Latin texts of the package transliteration", () => {
  const options = { unknown: "?" };
  for (let code = 0; code < 0x9ffd; code++) {
    const character = String.fromCharCode(code).normalize();
    expect(transliterate(character)).toBe(transliterateByPackage(character, options));
  }
  const text = "Ünïcödé 日本語、テキスト 한국어 Ελλάδα Москва “½” 🐳x\ud800";
  expect(transliterate(text)).toBe(transliterateByPackage(text, options));
  expect(transliterate("e\u0301")).toBe("e");
});

describe("removeMarkdown", () => {
  test.each([
    ["**b** *i* __b__ _i_ ***bi*** a*b*c", "b i b i bi abc"],
    ["**bold *inner* x**", "bold inner x"],
    ["snake_case_word and 2 * 3 * 4", "snake_case_word and 2 * 3 * 4"],
    ["# One #\n## Two\nThree\n=====\nFour", "One\nTwo\nThree\n\nFour"],
    ["- a\n  * b\n1. c\n2) d", "a\n  b\nc\nd"],
    ["[a](http://x/b_(c)) ![i](y.png)[r][1] [^1]", "a r "],
    ["[^1]: note\ntext", "\ntext"],
    ["> q\n~~s~~ <b>t</b> `c` ``d``", " q\ns t c d"],
    ["a\n\n---\n\nb", "a\n\n\nb"],
    ["~~~\ncode\n~~~\n", "code\n"],
  ])("%j", (markdown, text) => {
    expect(dispatch(markdown, "removeMarkdown")).toBe(text);
  });
});

describe("addresses in texts", () => {
  test.each([
    ["isEmail", "jo.doe+tag@mail.example.com", true],
    ["isEmail", ".a@b.co", true],
    ["isEmail", "a.@b.co", false],
    ["isEmail", "@b.co", false],
    ["isUrl", "http://localhost:5678/x?y#z", true],
    ["isUrl", "HTTPS://USER:PW@EXAMPLE.COM", true],
    ["isUrl", "http://", false],
    ["isUrl", "javascript://example.com", false],
    ["isDomain", "münchen.de:8080/x", true],
    ["isDomain", "-a.com", false],
    ["isDomain", "a..com", false],
    ["extractEmail", "a@b, then <jo@ex.com>.", "jo@ex.com"],
    ["extractDomain", "see x@y.com", "y.com"],
    ["extractUrlPath", "mailto:x@y.com", undefined],
  ])("%s(%j)", (name, text, result) => {
    expect(dispatch(text, name)).toBe(result);
  });
});

test("bad arguments are errors, and wherever the recorded rules swallow them, no loud ones", () => {
  expect(() => dispatch("x", "hash", [5])).toThrow(TypeError);
  expect(() => dispatch("x", "quote", [""])).toThrow(TypeError);
  expect(() => dispatch("x", "quote", [{}])).toThrow(TypeError);
  expect(() => dispatch("%", "urlDecode")).toThrow(URIError);
  expect(() => dispatch("{'a': 1}", "parseJson")).toThrow(/double quotes/);
  expect(dispatch("$&", "quote", ["$"])).toBe("$\\$&$");
});

const LONG_CHARS = 100_000;
const LIMIT_MS = 1_000;
const SEEDS = [
  ...Array.from(" \n<>[](*_`#-~@.1S\\\"'%é你\ud800:$={A!"),
  "](",
  "![",
  "[a](",
  "[^a",
  "*a ",
  "_a ",
  "# ",
  " #",
  "- ",
  "a@",
  "a@a.",
  "a.a-",
  "1S",
  "http://",
  "http://a@",
  "\n=",
  '{"a":',
  "a. ",
  "  x",
];

test.each(EXTENSIONS.filter(({ on }) => on === "string").map(({ name }) => name))(
  "%s takes linear time",
  (name) => {
    const slow: string[] = [];
    for (const seed of SEEDS) {
      const text = `${seed.repeat(LONG_CHARS / seed.length)}x\n!`;
      const start = performance.now();
      try {
        dispatch(text, name);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
      if (performance.now() - start > LIMIT_MS) slow.push(seed);
    }
    expect(slow).toEqual([]);
  },
);
