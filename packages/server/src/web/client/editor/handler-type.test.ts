import { expect, test } from "vitest";
import { findHandlerType } from "./handler-type.ts";
import { createShiftedService } from "./shifted-service.ts";

test.each([
  ["export default async function (input, ctx) {}", "Promise<any>"],
  ["export default function run(input, ctx) {}", "any"],
  ["export default async (input, ctx) => 1;", "Promise<any>"],
  ["export default input => input;", "any"],
  ["/** Adds up. */\nexport default function (a) {}", "any"],
  ["/** @param {string} a */\nconst b = (a) => a;\n\nexport default function (a) {}", "any"],
])("%j gives %s", (source, output) => {
  const found = findHandlerType(source);
  expect(found?.at).toBe(source.indexOf("export default"));
  expect(found?.text).toContain(`=> ${output}}`);
});

test.each([
  "/** @param {{ id: number }} input */\nexport default function (input) {}",
  "/**\n * @type {Skerry.HttpHandler}\n */\nexport default (request) => 1;",
  "export default 5;",
  "export default class {}",
  "// export default function () {}",
])("%j is left as it is", (source) => {
  expect(findHandlerType(source)).toBeUndefined();
});

test("callers of the shifted service see the positions of what they wrote", () => {
  const asked: unknown[] = [];
  const service = createShiftedService(
    {
      getQuickInfoAtPosition(fileName: string, position: number) {
        asked.push(position);
        return { textSpan: { start: position, length: 3 }, fileName };
      },
      getDefinitionAtPosition: (_fileName: string, position: number) => [
        { fileName: "b.js", textSpan: { start: position, length: 1 } },
      ],
      provideInlayHints: (_fileName: string, span: { start: number; length: number }) => [
        { position: span.start + span.length, text: "x" },
      ],
    },
    (fileName) => (fileName === "a.js" ? { at: 10, text: "12345" } : undefined),
  );
  expect(service.getQuickInfoAtPosition("a.js", 4).textSpan).toEqual({ start: 4, length: 3 });
  expect(service.getQuickInfoAtPosition("a.js", 10).textSpan).toEqual({ start: 10, length: 3 });
  expect(service.getQuickInfoAtPosition("b.js", 12).textSpan).toEqual({ start: 12, length: 3 });
  expect(asked).toEqual([4, 15, 12]);
  expect(service.getDefinitionAtPosition("a.js", 20)[0]?.textSpan.start).toBe(25);
  expect(service.provideInlayHints("a.js", { start: 5, length: 10 })).toEqual([{ position: 15, text: "x" }]);
});
