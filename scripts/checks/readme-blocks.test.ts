import { expect, test } from "vitest";
import { formatFinding } from "./finding.ts";
import { checkReadmeBlocks, readBlocks } from "./readme-blocks.ts";
import { createTemporaryRepository } from "./temporary-repository.ts";

/** A block whose fences do not end the template around it. */
const block = (info: string, text: string): string => `\`\`\`${info}\n${text}\n\`\`\`\n`;

async function check(...blocks: readonly string[]): Promise<string[]> {
  await using repository = await createTemporaryRepository({
    "README.md": `# Title\n\n${blocks.join("\n")}`,
  });
  return (await checkReadmeBlocks(repository.root)).map(formatFinding);
}

test("reads fences with their marks and lines", () => {
  const [first, second, ...more] = readBlocks(
    `text\n${block("ts run file=a.ts", "let a;")}\n${block("", "b")}`,
  );
  expect(first).toEqual({
    language: "ts",
    marks: new Set(["run", "file=a.ts"]),
    fileName: "a.ts",
    text: "let a;\n",
    line: 2,
  });
  expect(second).toMatchObject({ language: "", line: 6, text: "b\n" });
  expect(more).toEqual([]);
});

test("passes blocks that do what they say", async () => {
  const findings = await check(
    block("ts file=double.ts", "export const double = (n: number) => 2 * n;"),
    block("ts run", 'import { double } from "./double.ts";\nconst n: number = double(21);\nconsole.log(n);'),
    block("text output", "42"),
    block("sh run", "test -f double.ts && echo here"),
    block("text output", "here"),
    block("ts", "const n: number = 1;\nconsole.log(n);"),
    block("ts sketch", "skerry.call(…)"),
    block("sh", "exit 1"),
  );
  expect(findings).toEqual([]);
});

test("is red on a block that fails, writes something else or does not typecheck", async () => {
  const findings = await check(
    block("sh run", "echo out; echo broken >&2; false; true"),
    block("text output", "something else"),
    block("ts run", 'throw new Error("no");'),
    block("ts", 'const n: number = "text";'),
  );
  expect(findings).toEqual([
    "README.md:3: ends with exit code 1: broken",
    "README.md:7: the block before it writes instead: out",
    expect.stringMatching(/^README\.md:11: ends with exit code 1: [^]*Error: no/),
    expect.stringMatching(/^README\.md:16: TS2322: Type 'string' is not assignable to type 'number'/),
  ]);
});
