import { extensionsOn, type ParameterDefinition } from "../definition.ts";
import { ExpressionExtensionError } from "../errors.ts";
import { describeValue } from "../receiver.ts";

const OTHER_RECORDS: ParameterDefinition = {
  name: "other",
  type: "object[]",
  description: "The array whose objects belong to those of this one, by their place.",
};

/** Functions over arrays of objects. Elements that are no objects are passed over. */
export const ARRAY_RECORDS = extensionsOn("array", [
  {
    name: "pluck",
    description:
      "The value of a field of each object that has it. Of several fields, those that an object has come as an array.",
    parameters: [{ name: "fields", type: "string", rest: true, description: "Names of fields." }],
    returns: "any[]",
    keywords: ["map", "column"],
    examples: [
      { expression: '[{ id: 1 }, { id: 2 }, {}].pluck("id")', result: [1, 2] },
      { expression: '[{ a: 1, b: 2 }, { a: 3 }].pluck("a", "b")', result: [[1, 2], 3] },
    ],
    run: (value, ...fields: unknown[]) => (fields.length === 0 ? value : pluck(value, fields.map(String))),
  },
  {
    name: "smartJoin",
    description: "An object of the values of one field, under the keys that another field gives.",
    parameters: [
      { name: "keyField", type: "string", description: "Field with the key." },
      { name: "valueField", type: "string", description: "Field with the value." },
    ],
    returns: "object",
    keywords: ["fromEntries", "pairs"],
    examples: [
      {
        expression: '[{ k: "a", v: 1 }, { k: "b", v: 2 }].smartJoin("k", "v")',
        result: { a: 1, b: 2 },
      },
    ],
    run: (value, keyField?: unknown, valueField?: unknown) => smartJoin(value, keyField, valueField),
  },
  {
    name: "renameKeys",
    description: "The objects with other names for some of their fields.",
    parameters: [
      { name: "from", type: "string", description: "Name of a field." },
      { name: "to", type: "string", description: "Its new name." },
      { name: "more", type: "string", rest: true, optional: true, description: "Further pairs of names." },
    ],
    returns: "any[]",
    examples: [
      {
        expression: '[{ a: 1, b: 2 }].renameKeys("a", "x", "b", "y")',
        result: [{ x: 1, y: 2 }],
      },
    ],
    run: (value, ...names: unknown[]) => renameKeys(value, names.map(String)),
  },
  {
    name: "merge",
    description:
      "One object with the fields of all the objects; with an array, of those that have a partner in it, and of the partners. The first value of a field counts.",
    parameters: [{ ...OTHER_RECORDS, optional: true }],
    returns: "object",
    keywords: ["combine", "assign"],
    examples: [
      { expression: "[{ a: 1 }, { a: 2, b: 3 }].merge()", result: { a: 1, b: 3 } },
      { expression: "[{ a: 1 }, { b: 2 }].merge([{ c: 3 }])", result: { a: 1, c: 3 } },
    ],
    run: (value, other?: unknown) => {
      if (other === undefined) return mergeRecords(value);
      const records = expectArray("merge", other);
      return mergeRecords(alternate(value, records, Math.min(value.length, records.length)));
    },
  },
  {
    name: "mergeIntoObject",
    description:
      "One object with the fields of all the objects of both arrays. The first value of a field counts.",
    parameters: [OTHER_RECORDS],
    returns: "object",
    keywords: ["combine", "assign"],
    examples: [
      {
        expression: "[{ a: 1 }].mergeIntoObject([{ b: 2 }, { c: 3 }])",
        result: { a: 1, b: 2, c: 3 },
      },
    ],
    run: (value, other?: unknown) => {
      const records = expectArray("mergeIntoObject", other);
      return mergeRecords(alternate(value, records, Math.max(value.length, records.length)));
    },
  },
]);

/** An array of the function's argument, or the error that says what it should have been. */
export function expectArray(name: string, other: unknown): readonly unknown[] {
  if (Array.isArray(other)) return other;
  throw new ExpressionExtensionError(`${name}() takes an array, not ${describeValue(other)}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function pluck(elements: readonly unknown[], fields: readonly string[]): unknown[] {
  const wanted = new Set(fields);
  return elements.filter(isRecord).flatMap((record) => {
    const keys =
      fields.length === 1
        ? fields.filter((field) => Object.hasOwn(record, field))
        : matchKeys(record, wanted);
    // In an array, so that flatMap takes exactly one level away.
    return keys.length > 1 ? [keys.map((key) => record[key])] : keys.map((key) => record[key]);
  });
}

function matchKeys(record: object, wanted: ReadonlySet<string>): string[] {
  return Object.keys(record).filter((key) => wanted.has(key));
}

function smartJoin(elements: readonly unknown[], keyField: unknown, valueField: unknown): object {
  if (typeof keyField !== "string" || typeof valueField !== "string" || !keyField || !valueField) {
    throw new ExpressionExtensionError(
      'smartJoin() takes two names of fields, e.g. .smartJoin("name", "value")',
    );
  }
  const records = elements.filter(isRecord).filter((record) => Object.hasOwn(record, keyField));
  return Object.fromEntries(records.map((record) => [record[keyField], record[valueField]]));
}

function renameKeys(elements: readonly unknown[], names: readonly string[]): unknown[] {
  if (names.length === 0 || names.length % 2 === 1) {
    throw new ExpressionExtensionError('renameKeys() takes pairs of names, e.g. .renameKeys("old", "new")');
  }
  return elements.map((element) => {
    if (!isRecord(element)) return element;
    const fields = new Map(Object.entries(element));
    for (let index = 0; index < names.length; index += 2) {
      const from = names[index] as string;
      if (!fields.has(from)) continue;
      fields.set(names[index + 1] as string, fields.get(from));
      fields.delete(from);
    }
    return Object.fromEntries(fields);
  });
}

function mergeRecords(elements: readonly unknown[]): object {
  const fields = new Map<string, unknown>();
  for (const record of elements.filter(isRecord)) {
    for (const [key, value] of Object.entries(record)) if (!fields.has(key)) fields.set(key, value);
  }
  return Object.fromEntries(fields);
}

/** The first elements of two arrays in turn. */
function alternate(one: readonly unknown[], other: readonly unknown[], length: number): unknown[] {
  return Array.from({ length }, (_, index) => [one[index], other[index]]).flat();
}
