import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hostData } from "../../test/direct/data.ts";
import { Guest, areAlike, show } from "../../test/direct/guest.ts";
import { template } from "../../test/direct/templates.ts";
import { compileTemplate } from "../compiler/template-compilation.ts";
import { extensionNames } from "../extensions/guest/index.ts";
import type { Settings } from "../runtime/guest/settings.ts";
import { UNSURE, createDirect } from "./direct-program.ts";

let guest: Guest;

beforeAll(async () => {
  guest = await Guest.start();
});

afterAll(() => guest[Symbol.asyncDispose]());

test("whatever the template and the data, the answer is the guest's, and nothing of the data runs or changes", () => {
  let answers = 0;
  const settings = fc.constantFrom<Settings>({}, { errors: "undefined" });
  const property = fc.property(template, hostData, settings, (text, { data, alarm }, chosen) => {
    const compiled = tryCompile(text);
    const program = compiled && createDirect(compiled);
    if (!program) return;
    const before = show(data);
    const value = program.run(data, chosen);
    expect(alarm.rings).toBe(0);
    expect(show(data)).toBe(before);
    if (value === UNSURE) return;
    answers++;
    const answer = guest.answer(compiled, data, chosen);
    if (!("value" in answer) || !areAlike(answer.value, value)) expect({ value }).toEqual(answer);
  });
  fc.assert(property, { numRuns: 1_500 });
  expect(answers).toBeGreaterThan(150);
});

function tryCompile(text: string): ReturnType<typeof compileTemplate> | undefined {
  try {
    return compileTemplate(text, { extensionNames });
  } catch {
    return undefined;
  }
}
