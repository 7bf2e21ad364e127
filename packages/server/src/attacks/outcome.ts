import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import type { ExecutionResult, JsonValue, LogLine, SandboxErrorCode } from "@skerry/sandbox";
import type { SkerryError } from "../problems/errors.ts";
import type { RecordedCall } from "./capability-calls.ts";

/** Everything that came of one run of an attack as a script. */
export interface Observation {
  /** Absent when the compiler refused the attack. */
  readonly result: ExecutionResult | undefined;
  readonly refusal: SkerryError | undefined;
  readonly logs: readonly LogLine[];
  /** The calls that reached a capability of the host. */
  readonly calls: readonly RecordedCall[];
}

/** Asserts that an attack ended as it has to. */
export type Outcome = (seen: Observation) => void;

const MAX_SHOWN_CHARS = 200;

/** A value as a message shows it. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > MAX_SHOWN_CHARS ? `${text.slice(0, MAX_SHOWN_CHARS)}…` : text;
}

/** It completed with exactly this value. */
export function returns(expected: JsonValue): Outcome {
  return (seen) => {
    const output = outputOf(seen);
    assert.ok(isDeepStrictEqual(output, expected), `returned ${show(output)}, not ${show(expected)}`);
  };
}

/** It completed with a value that passes. */
export function returnsSuch(description: string, passes: (output: JsonValue) => boolean): Outcome {
  return (seen) => {
    const output = outputOf(seen);
    assert.ok(passes(output), `returned ${show(output)}, which is not ${description}`);
  };
}

/** It completed with exactly this JSON text: also the order of keys counts. */
export function returnsText(json: string): Outcome {
  return ({ result }) => {
    assert.ok(result?.status === "completed", describeEnd(result));
    assert.ok(result.output.json === json, `returned ${show(result.output.json)}, not ${show(json)}`);
  };
}

/** It ended with one of these codes, and with the status that belongs to the code. */
export function fails(code: SandboxErrorCode | readonly SandboxErrorCode[], message = /./): Outcome {
  const allowed = [code].flat();
  return ({ result }) => {
    assert.ok(result !== undefined && result.status !== "completed", describeEnd(result));
    const { code: actual, message: text } = result.error;
    assert.ok(allowed.includes(actual), `${describeEnd(result)}, not with ${allowed.join(" or ")}`);
    const status = actual === "CPU_LIMIT" || actual === "WALL_LIMIT" ? "timeout" : "failed";
    assert.ok(result.status === status, `${describeEnd(result)}, and with the status ${result.status}`);
    assert.ok(message.test(text), `${describeEnd(result)}, which does not match ${String(message)}`);
    const keys = Object.keys(result.error).filter((key) => key !== "stack");
    assert.ok(
      isDeepStrictEqual(keys, ["code", "message"]),
      `the error has the properties ${keys.join(", ")}`,
    );
  };
}

/** The guest's own code threw this. */
export function throws(message: RegExp): Outcome {
  return fails("SCRIPT_ERROR", message);
}

/** The compiler did not take it: the tenant gets 422 and nothing is stored. */
export function isRefused(message: RegExp): Outcome {
  return ({ refusal, result }) => {
    assert.ok(refusal !== undefined, `it compiles; ${describeEnd(result)}`);
    const isCompilers = refusal.code === "SCRIPT_COMPILE" || refusal.code === "MODULE_NOT_ALLOWED";
    assert.ok(isCompilers, `the compiler said ${refusal.code}`);
    assert.ok(message.test(refusal.message), `the compiler said ${show(refusal.message)}`);
  };
}

/** It used up its CPU time. */
export const timesOut = fails("CPU_LIMIT", /used \d+ ms of CPU time, its limit cpuMs is \d+ ms/);

/** One of several outcomes that are equally safe, where the machine's speed decides. */
export function either(...outcomes: readonly Outcome[]): Outcome {
  return (seen) => {
    const complaints: string[] = [];
    for (const outcome of outcomes) {
      try {
        return outcome(seen);
      } catch (error) {
        complaints.push((error as Error).message);
      }
    }
    throw new assert.AssertionError({ message: complaints.join("; nor: ") });
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
  assert.ok(result?.status === "completed", describeEnd(result));
  return JSON.parse(result.output.json) as JsonValue;
}

/** How an execution ended, for messages. */
export function describeEnd(result: ExecutionResult | undefined): string {
  if (result === undefined) return "it does not compile";
  if (result.status === "completed") return `returned ${show(result.output.json)}`;
  return `ended with ${result.error.code} (${show(result.error.message)})`;
}
