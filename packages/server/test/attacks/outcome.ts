import type { CapabilityCall, ExecutionResult, JsonValue, LogLine, SandboxErrorCode } from "@skerry/sandbox";
import { expect } from "vitest";
import type { SkerryError } from "../../src/problems/errors.ts";

/** Everything that came of one attack. */
export interface Observation {
  /** Absent when the compiler refused the attack. */
  readonly result: ExecutionResult | undefined;
  readonly refusal: SkerryError | undefined;
  readonly logs: readonly LogLine[];
  /** The calls that reached a capability of the host. */
  readonly calls: readonly CapabilityCall[];
}

/** Asserts that an attack ended as it has to. */
export type Outcome = (seen: Observation) => void;

/** It completed with exactly this value; asymmetric matchers may stand in it. */
export function returns(expected: unknown): Outcome {
  return (seen) => expect(outputOf(seen)).toEqual(expected);
}

/** It completed with exactly this JSON text: for keys such as `__proto__`, which matchers do not compare. */
export function returnsText(json: string): Outcome {
  return ({ result }) => {
    expect(result).toMatchObject({ status: "completed" });
    expect(result?.status === "completed" && result.output.json).toBe(json);
  };
}

/** It ended with one of these codes, and with the status that belongs to the code. */
export function fails(code: SandboxErrorCode | readonly SandboxErrorCode[], message = /./): Outcome {
  const allowed = [code].flat();
  return ({ result }) => {
    if (result === undefined || result.status === "completed") {
      throw new Error(`not contained: ${JSON.stringify(result?.output.json) ?? "it does not compile"}`);
    }
    const { code: actual, message: text } = result.error;
    if (!allowed.includes(actual))
      throw new Error(`ended with ${actual} (${text}), not with ${allowed.join(" or ")}`);
    expect(result.status).toBe(actual === "CPU_LIMIT" || actual === "WALL_LIMIT" ? "timeout" : "failed");
    expect(text).toMatch(message);
    expect(Object.keys(result.error).filter((key) => key !== "stack")).toEqual(["code", "message"]);
  };
}

/** The guest's own code threw this. */
export function throws(message: RegExp): Outcome {
  return fails("SCRIPT_ERROR", message);
}

/** The compiler did not take it: the tenant gets 422 and nothing is stored. */
export function isRefused(message: RegExp): Outcome {
  return ({ refusal }) => {
    expect(refusal).toMatchObject({ code: "SCRIPT_COMPILE" });
    expect(refusal?.message).toMatch(message);
  };
}

/** It used up its CPU time. */
export const timesOut = fails("CPU_LIMIT", /used \d+ ms of CPU time, its limit is \d+ ms/);

/** One of several outcomes that are equally safe, where the machine's speed decides. */
export function either(...outcomes: readonly Outcome[]): Outcome {
  return (seen) => {
    const failures: unknown[] = [];
    for (const outcome of outcomes) {
      try {
        return outcome(seen);
      } catch (error) {
        failures.push(error);
      }
    }
    throw new AggregateError(failures, `none of the ${outcomes.length} allowed outcomes`);
  };
}

/** All of several assertions. */
export function all(...outcomes: readonly Outcome[]): Outcome {
  return (seen) => {
    for (const outcome of outcomes) outcome(seen);
  };
}

/** The output of a completed execution. */
export function outputOf({ result }: Pick<Observation, "result">): JsonValue {
  if (result?.status === "completed") return JSON.parse(result.output.json) as JsonValue;
  throw new Error(result ? `${result.error.code}: ${result.error.message}` : "it does not compile");
}
