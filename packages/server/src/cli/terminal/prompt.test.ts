import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "skerry-prompt-"));
});
afterEach(() => rm(folder, { recursive: true }));

const PROMPTS = new URL("prompt.ts", import.meta.url).href;

/** Asks both questions and writes down what was answered. */
function composeProgram(answersFile: string): string {
  return `import { writeFileSync } from "node:fs";
import { confirm, isInteractive, readSecret } from ${JSON.stringify(PROMPTS)};
const secret = await readSecret("Key: ");
const isSure = isInteractive() ? await confirm("Sure?") : false;
writeFileSync(${JSON.stringify(answersFile)}, JSON.stringify({ secret, isSure }));
`;
}

test.runIf(process.platform === "linux")("on a terminal a secret is asked for and not shown", async () => {
  const answers = join(folder, "answers.json");
  const program = join(folder, "ask.mjs");
  await writeFile(program, composeProgram(answers));
  // A terminal of its own, as util-linux makes it.
  const terminal = spawn("script", ["-qec", `${process.execPath} ${program}`, "/dev/null"]);
  let shown = "";
  terminal.stdout.setEncoding("utf8").on("data", (chunk: string) => (shown += chunk));
  await vi.waitFor(() => expect(shown).toContain("Key: "));
  terminal.stdin.write("sk-value\r");
  await vi.waitFor(() => expect(shown).toContain("Sure? [y/N] "));
  terminal.stdin.write("yes\r");
  await once(terminal, "exit");
  expect(JSON.parse(await readFile(answers, "utf8"))).toEqual({ secret: "sk-value", isSure: true });
  expect(shown).not.toContain("sk-");
  expect(shown).toContain("yes");
});

test("where there is no terminal a secret is all of stdin", async () => {
  const answers = join(folder, "answers.json");
  const program = join(folder, "ask.mjs");
  await writeFile(program, composeProgram(answers));
  const child = spawn(process.execPath, [program]);
  child.stdin.end("two\nlines\n");
  await once(child, "exit");
  expect(JSON.parse(await readFile(answers, "utf8"))).toEqual({ secret: "two\nlines", isSure: false });
});
