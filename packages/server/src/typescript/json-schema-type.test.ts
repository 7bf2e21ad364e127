import { expect, test } from "vitest";
import { writeType } from "./json-schema-type.ts";

test.each([
  [{ $ref: "#/components/schemas/Script" }, "Script"],
  [{ type: "integer" }, "number"],
  [{ type: ["string", "null"] }, "(string) | (null)"],
  [{ enum: ["a", "b", 1] }, '("a") | ("b") | (1)'],
  [{ const: "a" }, '"a"'],
  [
    { type: "array", items: { anyOf: [{ type: "string" }, { type: "null" }] } },
    "readonly ((string) | (null))[]",
  ],
  [{ type: "object", additionalProperties: { type: "number" } }, "{ readonly [name: string]: number }"],
  [{ allOf: [{ $ref: "#/x/A" }, { $ref: "#/x/B" }] }, "(A) & (B)"],
  [{ not: {} }, "never"],
  [{}, "JsonValue"],
])("%j is written as %s", (schema, type) => {
  expect(writeType(schema, "answer")).toBe(type);
});

test("arguments may be whatever serialises", () => {
  expect(writeType({}, "input")).toBe("unknown");
  expect(writeType({ type: "object", additionalProperties: {} }, "input")).toBe("object");
});

test("fields are documented, and optional unless required", () => {
  const schema = {
    type: "object",
    properties: { id: { type: "string", description: "Ends */ nothing." }, "odd-name": {} },
    required: ["id"],
  };
  expect(writeType(schema, "answer")).toBe(
    '{\n/** Ends *\\/ nothing. */\nreadonly "id": string;\nreadonly "odd-name"?: JsonValue;\n}',
  );
});
