import { expect, test } from "vitest";
import { runSkerry } from "../../test/skerry-process.ts";
import { findClosestWord } from "./arguments/closest-word.ts";
import { VERB_GROUPS, VERBS } from "./verbs.ts";

test("the help lists every verb in its group, and a mistyped verb is answered with the one that is meant", async () => {
  const [help, mistyped, unknown] = await Promise.all([
    runSkerry(["--help"]),
    runSkerry(["rnu", "greet"]),
    runSkerry(["make-coffee\u001b[31m"]),
  ]);
  expect(help).toMatchObject({ exitCode: 0, stderr: "" });
  for (const group of VERB_GROUPS) expect(help.stdout).toContain(`\n${group}:\n`);
  const lines = help.stdout.split("\n").map((line) => line.trim().split(/ {2,}/));
  expect(lines).toEqual(expect.arrayContaining([...VERBS].map(([verb, { summary }]) => [verb, summary])));
  expect(mistyped).toEqual({
    exitCode: 2,
    stdout: "",
    stderr: "skerry rnu: there is no such verb; did you mean run?\nTry: skerry --help\n",
  });
  expect(unknown).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/^skerry make-coffee\\u001b\[31m: there is no such verb\n/) as string,
  });
});

test.each([
  ["publsh", "publish"],
  ["rollbakc", "rollback"],
  ["log", "logs"],
  ["RUN", "run"],
  ["secret-list", undefined],
  ["x", undefined],
  ["", undefined],
])("%j probably means %s", (mistyped, meant) => {
  expect(findClosestWord(mistyped, VERBS.keys())).toBe(meant);
});
