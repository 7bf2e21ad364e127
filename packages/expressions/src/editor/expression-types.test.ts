import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { defineExtension } from "../additions/extension.ts";
import { defineLibrary } from "../additions/library.ts";
import { expressionTypes } from "./expression-types.ts";

const TSC = fileURLToPath(new URL("../../../../node_modules/typescript/bin/tsc", import.meta.url));
const FLAGS = ["--noEmit", "--strict", "--pretty", "false", "--lib", "es2024", "--types", ""];

const MASK = defineExtension({
  on: "string",
  name: "mask",
  description: "Ends a comment: */ in vain.",
  parameters: [{ name: "shown", type: "number", optional: true, description: "What stays." }],
  returns: "string",
  run: (value) => value,
});
const SLUGS = defineLibrary({
  name: "slugs",
  description: "Makes slugs.",
  script: "const slugs = {}",
  types: "declare const slugs: { make(text: string): string };",
});

const USES = `
const texts: string[] = ["x".toTitleCase().mask(2), slugs.make("x"), new Date().format("yyyy"), DateTime.now().toISO()];
const numbers: number[] = ["x".length, [1].sum(), $max(1, 2), min(1), $now.year];
const date: DateTime = $now.plus({ days: 1 }).beginningOf("month") as DateTime;
const flags: boolean[] = [({ a: 1 }).hasField("a"), [1].isEmpty(), true.toBoolean(), (5).isOdd()];
$json.anything.goes, $if($vars.a, 1), $jmespath({}, "a"), _.chunk([1], 1), own;
// @ts-expect-error -- for arrays
"x".chunk(2);
// @ts-expect-error -- a text
"x".mask("2");
// @ts-expect-error -- nothing of the host
process;
`;

test("the declarations are TypeScript that knows what expressions know", async () => {
  const folder = await mkdtemp(join(tmpdir(), "expression-types-"));
  try {
    const dataNames = ["$json", "$vars", "own"];
    const types = expressionTypes({ extensions: [MASK], libraries: [SLUGS], dataNames });
    await writeFile(join(folder, "expressions.d.ts"), types);
    await writeFile(join(folder, "uses.ts"), USES);
    const output = await new Promise((resolve) => {
      execFile(
        process.execPath,
        [TSC, ...FLAGS, "expressions.d.ts", "uses.ts"],
        { cwd: folder },
        (_, stdout) => resolve(stdout),
      );
    });
    expect(output).toBe("");
  } finally {
    await rm(folder, { recursive: true });
  }
});
