import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { type GuestRealm, createGuestRealm } from "../../../test/guest-realm.ts";

let realm: GuestRealm;

beforeAll(async () => {
  realm = await createGuestRealm();
});

/** What decides something somewhere in https://url.spec.whatwg.org/, to be put together in any order. */
const PIECES = [
  ...Array.from("/\\?#@:.%[]ABac'\"<>`{}|^~=&+;-_*$,!()\0\u007f\t\n 0"),
  ..."// /// .. %2e %2E%2e %41 %zz %00 %2F %5B [::1] [1:2::3.4.5.6] ::".split(" "),
  ..."0x7f 127.1 1.2.3.4 256 010 080 4294967296 C: c| 80 443 8080 99999".split(" "),
  ..."user example.com localhost é ß ẞ Σ 中 Ａ 。 \u00ad \u0301 😀 \ud800 ﬁ １２７ אב xn--bcher-kva xn-- xn--a".split(
    " ",
  ),
];
const anyText = fc.array(fc.constantFrom(...PIECES), { maxLength: 6 }).map((pieces) => pieces.join(""));
const anyScheme = fc.constantFrom(
  "http:",
  "HTTPS:",
  "ftp:",
  "file:",
  "ws:",
  "foo:",
  "mailto:",
  "data:",
  "blob:",
  "",
);
const anySlashes = fc.constantFrom("", "/", "//", "///", "\\\\");
const anyUrl = fc.tuple(anyScheme, anySlashes, anyText).map((parts) => parts.join(""));
const BASES = [
  "",
  "http://h/a/b?c#d",
  "https://u:p@ex.com:81/q/?x",
  "file:///C:/x/y",
  "file://host/p",
  "foo:bar ?x #y",
  "foo:/a/b",
  "foo://h:80/a",
  "foo:///a",
  "foo:/.//p",
  "data:a b   #x",
];

function readUrl(input: string, base: string): unknown {
  const url = base === "" ? new URL(input) : new URL(input, base);
  const { href, origin, protocol, username, password, host, hostname, port, pathname, search, hash } = url;
  const parts = [href, origin, protocol, username, password, host, hostname, port, pathname, search, hash];
  return [parts, [...url.searchParams], new URL(href).href === href, JSON.stringify({ url })];
}

test("any text, relative to any base, is the URL that it is in Node, or refused", async () => {
  await fc.assert(
    fc.asyncProperty(anyUrl, fc.constantFrom(...BASES), async (input, base) => {
      const { guest, node } = await realm.compare(readUrl, input, base);
      expect(guest).toEqual(node);
    }),
    { numRuns: 5_000, seed: 1 },
  );
});

test("any assignments change a URL as in Node", async () => {
  const change = (start: string, steps: ["hash", string][]): unknown => {
    const url = new URL(start);
    const params = url.searchParams;
    return steps.map(([key, value]) => {
      try {
        url[key] = value;
      } catch (error) {
        return (error as Error).name;
      }
      return [url.href, url.search, url.hash, [...params]];
    });
  };
  const keys = [
    "href",
    "protocol",
    "username",
    "password",
    "host",
    "hostname",
    "port",
    "pathname",
    "search",
    "hash",
  ];
  const anyValue = fc.oneof(anyText, fc.constantFrom("http", "https:", "file", "foo", "", "\t", "\0http"));
  const anyStep = fc.tuple(fc.constantFrom(...keys) as fc.Arbitrary<"hash">, anyValue);
  const anySteps = fc.array(anyStep, { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...BASES.slice(1)), anySteps, async (start, steps) => {
      const { guest, node } = await realm.compare(change, start, steps);
      expect(guest).toEqual(node);
    }),
    { numRuns: 3_000, seed: 1 },
  );
});

test("any changes of parameters give the query that they give in Node", async () => {
  const change = (start: string, steps: [string, string, string][]): unknown => {
    const url = new URL(`https://a.test/?${start}`);
    const params = url.searchParams;
    return steps.map(([method, name, value]) => {
      if (method === "append" || method === "set") params[method](name, value);
      else if (method === "delete") params.delete(name, value === "" ? undefined : value);
      else params.sort();
      return [
        url.href,
        params.size,
        params.has(name),
        params.has(name, value),
        params.get(name),
        params.getAll(name),
      ];
    });
  };
  const anyName = fc.constantFrom("a", "b", "é", "\ufb01", "😀", "a b", "\ud800", "");
  const anyStep = fc.tuple(fc.constantFrom("append", "set", "delete", "sort"), anyName, anyText);
  await fc.assert(
    fc.asyncProperty(anyText, fc.array(anyStep, { maxLength: 5 }), async (start, steps) => {
      const { guest, node } = await realm.compare(change, start, steps);
      expect(guest).toEqual(node);
    }),
    { numRuns: 1_000, seed: 1 },
  );
});

describe("international names", () => {
  test.each([
    ["BÜCHER.de", "xn--bcher-kva.de"],
    ["bu\u0308cher.de", "xn--bcher-kva.de"],
    ["faß.de", "xn--fa-hia.de"],
    ["ＧＯ。com", "go.com"],
    ["１２７.0.0.１", "127.0.0.1"],
    ["例え.テスト", "xn--r8jz45g.xn--zckzah"],
    ["soft\u00adhyphen.test", "softhyphen.test"],
    ["ΣΊΣΥΦΟΣ.gr", "xn--kxa6akbbkh.gr"],
    ["ᏣᎳᎩ.test", "xn--f9dt7l.test"],
    ["مثال.إختبار", "xn--mgbh0fb.xn--kgbechtv"],
    ["xn--bcher-kva.de", "xn--bcher-kva.de"],
  ])("%s is %s", async (name, ascii) => {
    const { guest, node } = await realm.compare((host: string) => new URL(`http://${host}/`).hostname, name);
    expect(node).toEqual(guest);
    expect(guest).toEqual(["value", ascii]);
  });

  test.each([
    "xn--bücher",
    "a\u2024b",
    "a\u{1f1ff}\u{10ffff}",
    "\u0301a",
    "a\u3000b",
    "אa",
    "xn--\u00ad",
    "a⁄b",
    "⒈com",
  ])("%j is refused, as in Node", async (name) => {
    const { guest, node } = await realm.compare((host: string) => new URL(`http://${host}/`).hostname, name);
    expect(guest).toEqual(node);
  });

  test("every character of the first plane is mapped as in Node, but for some that are written from right to left", async () => {
    const mapAll = (from: number, to: number): string[] => {
      const mapped: string[] = [];
      for (let code = from; code < to; code++) {
        const url = URL.parse(`http://a${String.fromCodePoint(code)}b/`);
        mapped.push(`${code.toString(16)} ${url ? url.hostname : "refused"}`);
      }
      return mapped;
    };
    const { guest, node } = await realm.compare(mapAll, 0, 0x1_2000);
    const expected = new Set(node[1] as string[]);
    const differing = (guest[1] as string[]).filter((line) => !expected.has(line));
    const isRightToLeft = (line: string): boolean =>
      /^(?:5|6|7|8|fb|fc|fd|fe|10[89a-f]|1e[89a-f]).{1,2} /.test(line);
    expect(differing.filter((line) => !isRightToLeft(line))).toEqual([]);
    expect(differing.length).toBeLessThan(1_000);
  });
});
