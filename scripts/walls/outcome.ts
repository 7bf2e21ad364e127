import type { TestRun } from "./test-run.ts";
import type { WallSwitch } from "./wall-switch.ts";

/** What a switch has shown. */
export const VERDICTS = {
  caught: "a named test failed",
  "not here": "this machine does not have the wall",
  survived: "every named test passed with the wall off",
  "out of date": "the change does not fit the sources any more",
  untested: "there are no such tests, or they fail with the wall on",
  broken: "the tests failed, but not by what they assert",
} as const;
export type Verdict = keyof typeof VERDICTS;

/** What came of one switch. */
export interface SwitchOutcome {
  readonly wall: WallSwitch["wall"];
  readonly what: string;
  readonly verdict: Verdict;
  /** The test that failed, or what is wrong. */
  readonly detail: string;
  readonly durationMs: number;
}

/** How the message of a failed assertion begins; of those on promises it is that of any error. */
const ASSERTION = /^(?:AssertionError|Error): (?!Build failed|Transform failed)/;

/** Whether the named tests are there and pass while the wall stands. @returns What is wrong, if anything. */
export function findBaselineFault(
  { tests: [file, names] }: WallSwitch,
  { tests, trouble }: TestRun,
): string | undefined {
  const named = tests.filter((test) => test.file === file && new RegExp(names).test(test.name));
  if (named.length === 0) {
    const own = trouble.find((each) => each.file === undefined || each.file === file);
    return `no test of ${file} is named /${names}/${own ? `: ${firstLine(own.message)}` : ""}`;
  }
  const failed = named.find(({ status }) => status === "failed");
  return failed && `${failed.name}: ${firstLine(failed.failures[0])}`;
}

/** What a run with the wall off says. Only a failed assertion counts: a crash of the test shows nothing. */
export function judge({ tests, trouble }: TestRun): Pick<SwitchOutcome, "verdict" | "detail"> {
  const failed = tests.filter(({ status }) => status === "failed");
  const caught = failed.find(({ failures }) => failures.some((failure) => ASSERTION.test(failure)));
  if (caught) return { verdict: "caught", detail: caught.name };
  const [first] = failed;
  if (first) return { verdict: "broken", detail: `${first.name}: ${firstLine(first.failures[0])}` };
  const [fault] = trouble;
  if (fault || tests.length === 0)
    return { verdict: "broken", detail: firstLine(fault?.message) || "no test ran" };
  return { verdict: "survived", detail: `${tests.length} passed` };
}

function firstLine(text = ""): string {
  return text.split("\n", 1)[0] ?? "";
}
