import { stop as stopEsbuild } from "esbuild";
import { afterAll, describe, expect, test } from "vitest";
import { compileProgram } from "../../test/programs.ts";
import { mapStack } from "./stack.ts";

afterAll(stopEsbuild);

const program = { id: "1", code: "", fileName: "pricing.ts" };

describe("mapStack", () => {
  test("shows only the author's frames", () => {
    const stack = [
      "TypeError: no",
      "    at total (pricing.ts:4:9)",
      "    at Array.map (<anonymous>)",
      "    at run (skerry:runtime:1:200)",
      "    at /host/secret/path.js:1:1",
      "    at node:internal/process:2:3",
      "    at async pricing.ts:9:1",
      "    at pricing.ts:2:3",
    ].join("\n");
    expect(mapStack(stack, program)).toBe("    at total (pricing.ts:4:9)\n    at pricing.ts:2:3");
  });

  test("tells modules by their own names, and the author's file by the name that it has now", () => {
    // One segment each on two lines: the first of a module, the second of the file under the name it had.
    const sourceMap = JSON.stringify({
      version: 3,
      sources: ["@tenant/rates", "former.ts"],
      names: [],
      mappings: "AACA;ACCA",
    });
    const stack = "    at rate (pricing.ts:1:1)\n    at total (pricing.ts:2:1)";
    expect(mapStack(stack, { ...program, sourceMap })).toBe(
      "    at rate (@tenant/rates:2:1)\n    at total (pricing.ts:3:1)",
    );
  });

  test("is nothing when no frame is the author's", () => {
    expect(mapStack("Error: x\n    at run (skerry:runtime:1:1)", program)).toBeUndefined();
    expect(mapStack("", program)).toBeUndefined();
  });

  test("tells at most 20 frames, and stays fast on a stack made to be slow", () => {
    expect(mapStack("    at pricing.ts:1:1\n".repeat(1_000), program)?.split("\n")).toHaveLength(20);
    const hostile = [
      " (".repeat(8_000),
      ":1".repeat(8_000),
      `:${"1".repeat(16_000)}`,
      "(a:1:1".repeat(2_700),
    ];
    const since = performance.now();
    for (const text of hostile) expect(mapStack(`    at ${text}x`, program)).toBeUndefined();
    expect(performance.now() - since).toBeLessThan(5_000);
  });

  test("finds the line in the author's source by a real source map", async () => {
    const compiled = await compileProgram(
      "interface A { b: 1 }\nexport default function total() {\n  return 1;\n}\n",
    );
    const line = compiled.code.split("\n").findIndex((text) => text.includes("return 1")) + 1;
    const column = (compiled.code.split("\n")[line - 1] ?? "").indexOf("return") + 1;
    expect(mapStack(`    at total (pricing.ts:${line}:${column})`, compiled)).toBe(
      "    at total (pricing.ts:3:3)",
    );
  });
});
