import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEditorServices } from "./editor-services.ts";

const DATA = { $json: { user: { name: "Ada" }, items: [{ sku: "A1" }] } };
const SCHEMA = { properties: { $vars: { $ref: "#/$defs/vars" } }, $defs: { vars: { $ref: "#/$defs/vars" } } };

const editor = createEditorServices();

test("the services need nothing of Node", () => {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL("./index.ts", import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    conditions: ["@skerry/source"],
    logLevel: "silent",
  });
  expect(outputFiles[0]?.text.length).toBeLessThan(500_000);
});

describe("whatever is asked", () => {
  const PIECES = [
    ...Array.from("{}()[]'\"`$.,;:?!/\\=>+x1 \n"),
    ..."{{ }} => ${ ?. $json items .map( function class /* // 'It $(' … # \ud800".split(" "),
  ];
  const anyTemplate = fc
    .array(fc.constantFrom(...PIECES), { maxLength: 60 })
    .map((pieces) => pieces.join(""));

  test("an answer comes, with ranges inside of the template", () => {
    const context = { data: DATA, nodes: { Fetch: { total: 1 } }, schema: SCHEMA };
    fc.assert(
      fc.property(anyTemplate, fc.nat(), (template, number) => {
        const position = number % (template.length + 1);
        const ranges = [
          ...editor.completions(template, position, context).items.map(({ range }) => range),
          ...editor.diagnostics(template, context).map(({ range }) => range),
        ];
        const hover = editor.hover(template, position, context);
        if (hover) ranges.push(hover.range);
        editor.signature(template, position, context);
        for (const { start, end } of ranges) {
          expect(0 <= start && start <= end && end <= template.length).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    "(",
    "{",
    "`${",
    "'\n",
    "/\n",
    "#",
    "a.",
    "x=>",
    "1+",
    "a?",
    "if(",
    "a.map(a=>",
    "a.first()+",
    "...[",
    "{{",
  ])("10 KB of %j take no time", (piece) => {
    const template = `{{ ${piece.repeat(10_000 / piece.length)}`;
    const startedAt = process.cpuUsage();
    editor.completions(template, template.length, { data: DATA });
    editor.signature(template, template.length, { data: DATA });
    editor.hover(template, template.length, { data: DATA });
    editor.diagnostics(template, { data: DATA });
    const { user } = process.cpuUsage(startedAt);
    // They take a tenth of a second together, cold; some quadratic step would take many seconds.
    expect(user).toBeLessThan(1_000_000);
  });
});
