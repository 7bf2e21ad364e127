import { extensionsOn } from "../definition.ts";
import { findEmail, findUrl, hostOf, isDomain, isUrl, pathOf } from "./addresses.ts";

export const STRING_INSPECTION = extensionsOn("string", [
  {
    name: "length",
    description: "The number of UTF-16 units. The property without parentheses is the same.",
    parameters: [],
    returns: "number",
    examples: [{ expression: '"abc".length()', result: 3 }],
    run: (value) => value.length,
  },
  {
    name: "isEmpty",
    description: "Whether the text has no character. A space is one.",
    parameters: [],
    returns: "boolean",
    examples: [
      { expression: '"".isEmpty()', result: true },
      { expression: '" ".isEmpty()', result: false },
    ],
    run: (value) => value === "",
  },
  {
    name: "isNotEmpty",
    description: "Whether the text has a character.",
    parameters: [],
    returns: "boolean",
    examples: [{ expression: '"x".isNotEmpty()', result: true }],
    run: (value) => value !== "",
  },
  {
    name: "isDomain",
    description: "Whether the text is a domain, an IPv4 address or localhost; a port and a path may follow.",
    parameters: [],
    returns: "boolean",
    examples: [
      { expression: '"n8n.io".isDomain()', result: true },
      { expression: '"https://n8n.io".isDomain()', result: false },
    ],
    run: (value) => isDomain(value),
  },
  {
    name: "isEmail",
    description: "Whether the text has an e-mail address in it and no space.",
    parameters: [],
    returns: "boolean",
    examples: [
      { expression: '"me@example.com".isEmail()', result: true },
      { expression: '"me@example".isEmail()', result: false },
    ],
    run: (value) => !value.includes(" ") && findEmail(value) !== undefined,
  },
  {
    name: "isNumeric",
    description: "Whether JavaScript reads the whole text as a number, in decimal or hexadecimal digits.",
    parameters: [],
    returns: "boolean",
    examples: [
      { expression: '"1e5".isNumeric()', result: true },
      { expression: '"12px".isNumeric()', result: false },
    ],
    run: (value) =>
      !value.includes(" ") && !Number.isNaN(Number(value)) && !Number.isNaN(Number.parseFloat(value)),
  },
  {
    name: "isUrl",
    description: "Whether the text is an http, https or ftp URL.",
    parameters: [],
    returns: "boolean",
    examples: [
      { expression: '"https://n8n.io/x".isUrl()', result: true },
      { expression: '"n8n.io".isUrl()', result: false },
    ],
    run: (value) => isUrl(value),
  },
  {
    name: "extractEmail",
    description: "The first e-mail address in the text, or undefined.",
    parameters: [],
    returns: "string | undefined",
    examples: [{ expression: '"write to jo@ex.com now".extractEmail()', result: "jo@ex.com" }],
    run: (value) => findEmail(value)?.text,
  },
  {
    name: "extractDomain",
    description:
      "The domain of the first e-mail address, or of a text that is a URL or domain; else undefined.",
    parameters: [],
    returns: "string | undefined",
    keywords: ["host"],
    examples: [
      { expression: '"https://www.n8n.io/x".extractDomain()', result: "www.n8n.io" },
      { expression: '"me@example.com".extractDomain()', result: "example.com" },
    ],
    run: (value) => findEmail(value)?.domain ?? hostOf(value),
  },
  {
    name: "extractUrl",
    description: "The first http, https or ftp URL in the text, up to the next white space; else undefined.",
    parameters: [],
    returns: "string | undefined",
    keywords: ["link"],
    examples: [{ expression: '"go http://a.com/x ok".extractUrl()', result: "http://a.com/x" }],
    run: (value) => findUrl(value),
  },
  {
    name: "extractUrlPath",
    description:
      "The path of a text that is a URL, as it stands there, without query and fragment; else undefined.",
    parameters: [],
    returns: "string | undefined",
    examples: [
      { expression: '"http://a.com/b c?d".extractUrlPath()', result: "/b c" },
      { expression: '"http://a.com".extractUrlPath()', result: "/" },
    ],
    run: (value) => pathOf(value),
  },
]);
