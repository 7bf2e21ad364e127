import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { SkerryError } from "../../problems/errors.ts";
import { refuseConfig } from "../compile-refusal.ts";
import { MAX_SOURCE_BYTES } from "../fields.ts";
import { agreeDraft, agreeScript, findConfigProblems, NOTHING_SAVED } from "./agreement.ts";
import { findConfigExport } from "./config-export.ts";
import { locateProblems } from "./config-problem.ts";

const SCRIPT = { name: "a", type: "oneoff" } as const;
const BODY = "export default () => 1;\n";

function saved(source: string) {
  const content = { source, language: "ts", settings: {} } as const;
  return { content, facts: { description: "old", tags: [] }, source };
}

test("a config that is wrong stays as it is where no source is sent", async () => {
  const source = `export const config = { description: "d", limits: { cpuMs: "oops" }, myKey: 5 };\n${BODY}`;
  for (const wished of [{ description: "new" }, { tags: ["t"] }, { settings: { limits: { cpuMs: 10 } } }]) {
    expect((await agreeScript(SCRIPT, saved(source), wished)).content.source).toBe(source);
  }
  const right = `export const config = { description: "d" };\n${BODY}`;
  const { content } = await agreeScript(SCRIPT, saved(right), { description: "new" });
  expect(content.source).toContain('description: "new"');
});

test("a source that gets too large by what is written into it is refused", async () => {
  const head = `export const config = {};\n${BODY}//`;
  const source = head + "-".repeat(MAX_SOURCE_BYTES - head.length);
  const refused = { code: "INPUT_INVALID", details: [{ path: "source" }] };
  await expect(agreeScript(SCRIPT, NOTHING_SAVED, { source, description: "D" })).rejects.toMatchObject(
    refused,
  );
  const wished = { source, settings: { limits: { cpuMs: 10 } } };
  await expect(agreeDraft(SCRIPT, saved(BODY).content, wished)).rejects.toMatchObject(refused);
  expect((await agreeScript(SCRIPT, NOTHING_SAVED, { source })).content.source).toBe(source);
});

test("problems far behind many lines are few, and located in one go", async () => {
  const keys = Array.from({ length: 60 }, (_, index) => `k${index}:1`);
  const source = `${"\n".repeat(1_000_000)}export const config = {${keys.join()}}`;
  const problems = await findConfigProblems(SCRIPT, source);
  expect(problems).toHaveLength(10);
  expect(problems[1]).toMatchObject({ line: 1_000_001, column: 32 });
  const many = Array.from({ length: 100 }, () => ({ message: "", offset: source.length }));
  const before = process.threadCpuUsage();
  expect(locateProblems(source, many)).toHaveLength(100);
  const { user, system } = process.threadCpuUsage(before);
  // It is 20 ms, and 4 s where the source is gone over for each.
  expect((user + system) / 1_000).toBeLessThan(1_500);
});

test("problems have the frames that the compiler's have, cut out of long lines", async () => {
  const source = `\r\n\u2028${"/* 😀 */".repeat(9)} export const config = {\ta: 1 };${" ".repeat(500)}\n${BODY}`;
  const [problem] = await findConfigProblems(SCRIPT, source);
  expect(problem).toMatchObject({ line: 3, message: expect.stringContaining("config.a: ") as string });
  const [shown = "", mark = ""] = problem?.frame.split("\n") ?? [];
  expect(shown).toMatch(/^ {4}3 │ /);
  expect(shown.isWellFormed() && shown.length < 100).toBe(true);
  expect(shown[mark.indexOf("^")]).toBe("1");
  expect(refuseConfig({ fileName: "a.ts" }, problem === undefined ? [] : [problem])).toMatchObject({
    constructor: SkerryError,
    details: [{ path: "source", frame: problem?.frame }],
  });
});

test("of many sources that are read at once one goes on in a turn of the event loop", async () => {
  const plain = `${"a.b;".repeat(10_000)}export const config2 = 1;`;
  const count = async (source: string, readers: number): Promise<number> => {
    let turns = 0;
    const ended = new AbortController();
    const counting = (async () => {
      for (; !ended.signal.aborted; turns += 1) await setImmediate();
    })();
    await Promise.all(Array.from({ length: readers }, () => findConfigExport(source)));
    ended.abort();
    await counting;
    return turns;
  };
  expect(await count(plain, 20)).toBeGreaterThanOrEqual(80);
  expect(await count(`export const config = {a:[${"1,".repeat(100_000)}]}`, 1)).toBeGreaterThanOrEqual(15);
});
