import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { runCommand } from "../../../test/command-output.ts";
import { UsageError } from "../command.ts";
import { VERBS } from "../verbs.ts";
import { createCompletion } from "./completion.ts";

const completion = createCompletion(VERBS);

// A library of some verb opens stdin when it is loaded: here, before it is counted what a test leaves open.
await Promise.all(Array.from(VERBS.values(), ({ load }) => load()));

/** Completes lines in one real bash. A line's last word is the one that is completed. */
async function completeInBash(lines: readonly string[]): Promise<string[][]> {
  const { stdout: script } = await runCommand(completion, ["bash"]);
  const shell = spawn("bash", ["--norc", "-u"], { stdio: ["pipe", "pipe", "inherit"] });
  const asks = lines.map((line) => {
    const words = line.split(" ");
    const quoted = words.map((word) => `'${word}'`).join(" ");
    return `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _skerry; echo "\${COMPREPLY[*]-}"`;
  });
  shell.stdin.end(`${script}\n${asks.join("\n")}\n`);
  const answers = (await text(shell.stdout)).trimEnd().split("\n");
  return answers.map((answer) => answer.split(" ").filter((word) => word !== ""));
}

test("bash completes verbs, subcommands and options, and leaves values and files to itself", async () => {
  const lines = [
    "skerry ",
    "skerry ro",
    "skerry secrets ",
    "skerry secrets s",
    "skerry run greet --in",
    "skerry run greet --input ",
    "skerry run ",
    "skerry logs -",
  ];
  const [all, ro, works, set, input, value, script, options] = await completeInBash(lines);
  expect(all).toEqual([...VERBS.keys(), "--help", "--version"]);
  expect(ro).toEqual(["rollback"]);
  expect(works).toEqual(["list", "set", "delete", "rotate"]);
  expect(set).toEqual(["set"]);
  expect(input).toEqual(["--input"]);
  expect([value, script]).toEqual([[], []]);
  expect(options).toEqual(expect.arrayContaining(["--follow", "-f", "--since", "--help", "-h"]));
});

test("zsh and fish are told the same", async () => {
  const { stdout: zsh } = await runCommand(completion, ["zsh"]);
  expect(zsh).toContain("'eval:evaluate one {{ template }}'");
  expect(zsh).toMatch(/^ {4}secrets\) _arguments .*'1:what:\(list set delete rotate\)'/m);
  expect(zsh).toMatch(/^ {4}logs\) _arguments '--follow' '-f' '--execution:value:_files' /m);
  const { stdout: fish } = await runCommand(completion, ["fish"]);
  expect(fish).toContain(String.raw`-a db -d 'set up the host\'s tables that scripts can use'`);
  expect(fish).toContain("-n '__skerry_after_words 2; and __skerry_verb secrets' -f -a rotate\n");
  expect(fish).toContain("complete -c skerry -n '__skerry_verb logs' -l follow -s f\n");
  expect(fish).toContain("complete -c skerry -n '__skerry_verb logs' -l execution -r\n");
});

test.each([[[]], [["powershell"]], [["bash", "zsh"]]])("%j is wrong usage", async (args) => {
  await expect(completion.run(args)).rejects.toThrow(UsageError);
});
