import { extensionsOn, type ParameterDefinition } from "../definition.ts";
import { ExpressionExtensionError } from "../errors.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { digestText } from "./digest.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

const ENTIRE_URL: ParameterDefinition = {
  name: "entireString",
  type: "boolean",
  default: false,
  description: "True if the text is a whole URL, whose `/`, `?`, `&` … stay as they are.",
};

export const STRING_ENCODING = extensionsOn("string", [
  {
    name: "hash",
    description: "The digest of the text's UTF-8 bytes, in hexadecimal digits.",
    parameters: [
      {
        name: "algorithm",
        type: "string",
        default: "md5",
        description:
          "`md5`, `sha1`, `sha224`, `sha256`, `sha384`, `sha512` or `sha3` (SHA3-512); `base64` encodes instead.",
      },
    ],
    returns: "string",
    keywords: ["digest", "checksum", "md5", "sha256"],
    examples: [
      { expression: '"hello".hash()', result: "5d41402abc4b2a76b9719d911017c592" },
      { expression: '"hello".hash("sha1")', result: "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d" },
      {
        expression: '"hello".hash("sha3").slice(0, 16)',
        result: "75d527c368f2efe8",
      },
    ],
    run: (value, algorithm?: unknown) => digestText(value, algorithm ?? "md5"),
  },
  {
    name: "base64Encode",
    description: "The text's UTF-8 bytes in Base64.",
    parameters: [],
    returns: "string",
    keywords: ["toBase64", "btoa"],
    examples: [{ expression: '"héllo".base64Encode()', result: "aMOpbGxv" }],
    run: (value) => encodeBase64(encodeUtf8(value)),
  },
  {
    name: "base64Decode",
    description:
      "The text behind Base64, in the ordinary or the URL-safe alphabet. What belongs to neither is passed over.",
    parameters: [],
    returns: "string",
    keywords: ["fromBase64", "atob"],
    examples: [
      { expression: '"aMOpbGxv".base64Decode()', result: "héllo" },
      { expression: '"aGVs bG8".base64Decode()', result: "hello" },
    ],
    run: (value) => decodeUtf8(decodeBase64(value)),
  },
  {
    name: "urlEncode",
    description: "The text as it stands in a URL.",
    parameters: [ENTIRE_URL],
    returns: "string",
    keywords: ["escape", "percent", "encodeURIComponent"],
    examples: [
      { expression: '"a b&c".urlEncode()', result: "a%20b%26c" },
      { expression: '"/a b?c=d".urlEncode(true)', result: "/a%20b?c=d" },
    ],
    run: (value, entireString: unknown = false) =>
      entireString ? encodeURI(value) : encodeURIComponent(value),
  },
  {
    name: "urlDecode",
    description: "The text behind the escapes of a URL.",
    parameters: [ENTIRE_URL],
    returns: "string",
    keywords: ["unescape", "percent", "decodeURIComponent"],
    examples: [
      { expression: '"a%20b%26".urlDecode()', result: "a b&" },
      { expression: '"a%20b%26".urlDecode(true)', result: "a b%26" },
    ],
    run: (value, entireString: unknown = false) =>
      entireString ? decodeURI(value) : decodeURIComponent(value),
  },
  {
    name: "quote",
    description: "The text between marks; marks and backslashes in it get a backslash.",
    parameters: [
      { name: "mark", type: "string", default: '"', description: "The mark, at least one character." },
    ],
    returns: "string",
    keywords: ["escape"],
    examples: [
      { expression: "'say \"hi\"'.quote()", result: '"say \\"hi\\""' },
      { expression: '"it\'s".quote("\'")', result: "'it\\'s'" },
    ],
    run: (value, mark: unknown = '"') => quote(value, mark),
  },
  {
    name: "toJsonString",
    description: "The text as JSON, with its quotation marks.",
    parameters: [],
    returns: "string",
    keywords: ["stringify"],
    examples: [{ expression: "'a\"b'.toJsonString()", result: '"a\\"b"' }],
    run: (value) => JSON.stringify(value),
  },
  {
    name: "parseJson",
    description: "What the JSON text says; a text that is no JSON is an error.",
    parameters: [],
    returns: "any",
    keywords: ["fromJson", "object"],
    examples: [
      { expression: "'{\"a\": [1]}'.parseJson()", result: { a: [1] } },
      { expression: '"null".parseJson()', result: null },
    ],
    run: (value) => parseJson(value),
  },
]);

function quote(value: string, mark: unknown): string {
  if (typeof mark !== "string" || mark === "")
    throw new TypeError("quote() takes a mark of at least one character");
  const escaped = value.replaceAll("\\", "\\\\");
  return mark + (mark === "\\" ? escaped : escaped.replaceAll(mark, () => `\\${mark}`)) + mark;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const hint = text.includes("'") ? " JSON takes double quotes only." : "";
    throw new ExpressionExtensionError(`parseJson() was called on a text that is no JSON.${hint}`, {
      cause: error,
    });
  }
}
