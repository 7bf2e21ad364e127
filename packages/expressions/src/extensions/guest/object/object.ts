import { compact } from "../compact.ts";
import { extensionsOn } from "../definition.ts";
import { ExpressionExtensionError } from "../errors.ts";
import { describeValue } from "../receiver.ts";

const MEANINGLESS = extensionsOn(
  "object",
  ["toInt", "toFloat", "toBoolean", "toDateTime"].map((name) => ({
    name,
    description: "Always undefined: an object has no such value.",
    parameters: [],
    returns: "undefined",
    deprecated: "Call it on a field.",
    examples: [{ expression: `({ a: 1 }).${name}()`, result: undefined }],
    run: () => undefined,
  })),
);

export const OBJECT_FUNCTIONS = [
  ...extensionsOn("object", [
    {
      name: "isEmpty",
      description: "Whether the object has no fields, or the Map or Set no elements.",
      parameters: [],
      returns: "boolean",
      examples: [
        { expression: "({}).isEmpty()", result: true },
        { expression: "new Set([1]).isEmpty()", result: false },
      ],
      run: (value) => isEmpty(value),
    },
    {
      name: "isNotEmpty",
      description: "Whether the object has fields, or the Map or Set elements.",
      parameters: [],
      returns: "boolean",
      examples: [{ expression: "({ a: 1 }).isNotEmpty()", result: true }],
      run: (value) => !isEmpty(value),
    },
    {
      name: "hasField",
      description: "Whether the object has a field of that name, inherited ones included.",
      parameters: [{ name: "name", type: "string", description: "Name of the field." }],
      returns: "boolean",
      keywords: ["has", "contains", "key"],
      examples: [
        { expression: '({ a: undefined }).hasField("a")', result: true },
        { expression: '({ a: 1 }).hasField("b")', result: false },
      ],
      run: (value, name?: unknown) => (name as PropertyKey) in value,
    },
    {
      name: "removeField",
      description: "The object without a field.",
      parameters: [{ name: "name", type: "string", description: "Name of the field." }],
      returns: "object",
      keywords: ["delete", "omit"],
      examples: [{ expression: '({ a: 1, b: 2 }).removeField("a")', result: { b: 2 } }],
      run: (value, name?: unknown) =>
        Object.hasOwn(value, name as string) ? filterFields(value, (_, key) => key !== String(name)) : value,
    },
    {
      name: "removeFieldsContaining",
      description: "The object without the fields whose values are texts with another text in them.",
      parameters: [{ name: "text", type: "string", description: "At least one character." }],
      returns: "object",
      keywords: ["filter", "omit"],
      examples: [
        {
          expression: '({ a: "xyz", b: 1 }).removeFieldsContaining("y")',
          result: { b: 1 },
        },
      ],
      run: (value, text?: unknown) => {
        const part = expectText("removeFieldsContaining", text);
        return filterFields(value, (field) => !containsText(field, part));
      },
    },
    {
      name: "keepFieldsContaining",
      description: "The object with only those fields whose values are texts with another text in them.",
      parameters: [{ name: "text", type: "string", description: "At least one character." }],
      returns: "object",
      keywords: ["filter", "pick"],
      examples: [
        {
          expression: '({ a: "xyz", b: 1 }).keepFieldsContaining("y")',
          result: { a: "xyz" },
        },
      ],
      run: (value, text?: unknown) => {
        const part = expectText("keepFieldsContaining", text);
        return filterFields(value, (field) => containsText(field, part));
      },
    },
    {
      name: "compact",
      description:
        'The object without fields that are `null`, `undefined`, `""`, `"nil"`, `[]` or `{}`, also within its fields.',
      parameters: [],
      returns: "object",
      keywords: ["removeEmpty", "clean"],
      examples: [
        {
          expression: '({ a: null, b: { c: 1, d: "" }, e: [1, null] }).compact()',
          result: { b: { c: 1 }, e: [1] },
        },
      ],
      run: (value) => compact(value),
    },
    {
      name: "keys",
      description: "The names of the fields.",
      parameters: [],
      returns: "string[]",
      examples: [{ expression: "({ b: 1, a: 2 }).keys()", result: ["b", "a"] }],
      run: (value) => Object.keys(value),
    },
    {
      name: "values",
      description: "The values of the fields.",
      parameters: [],
      returns: "any[]",
      examples: [{ expression: "({ b: 1, a: 2 }).values()", result: [1, 2] }],
      run: (value) => Object.values(value),
    },
    {
      name: "urlEncode",
      description: "The fields as the query of a URL (`application/x-www-form-urlencoded`).",
      parameters: [],
      returns: "string",
      keywords: ["query", "params", "URLSearchParams"],
      examples: [{ expression: '({ a: "x y", b: [1, 2] }).urlEncode()', result: "a=x+y&b=1%2C2" }],
      run: (value) =>
        Object.entries(value)
          .map(([key, field]) => `${encodeFormText(key)}=${encodeFormText(String(field))}`)
          .join("&"),
    },
    {
      name: "toJsonString",
      description: "The object as JSON.",
      parameters: [],
      returns: "string",
      keywords: ["stringify"],
      examples: [{ expression: "({ a: 1 }).toJsonString()", result: '{"a":1}' }],
      run: (value) => JSON.stringify(value),
    },
  ]),
  ...MEANINGLESS,
];

function isEmpty(value: object): boolean {
  return (value instanceof Map || value instanceof Set ? value.size : Object.keys(value).length) === 0;
}

function filterFields(value: object, keep: (field: unknown, key: string) => boolean): object {
  return Object.fromEntries(Object.entries(value).filter(([key, field]) => keep(field, key)));
}

function containsText(field: unknown, part: string): boolean {
  return typeof field === "string" && field.includes(part);
}

function expectText(name: string, text: unknown): string {
  if (typeof text === "string" && text !== "") return text;
  throw new ExpressionExtensionError(
    `${name}() takes a text of at least one character, not ${describeValue(text)}`,
  );
}

/** One name or value of a query (URL Standard, application/x-www-form-urlencoded serializing). */
function encodeFormText(text: string): string {
  return encodeURIComponent(text)
    .replaceAll("%20", "+")
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
