import vm from "node:vm";
import { Refusal, cross, crossing } from "./crossing.ts";
import { describeData } from "./description.ts";
import { type FuzzCase, type Outcome, evaluateData } from "./outcomes.ts";

/** What takes longer proves nothing about an engine that is a hundred times slower. */
const DEFAULT_LIMIT_MS = 20;
const MAX_OUTCOME_CHARS = 200_000;

/** Calls what stands ready in {@link call}: only scripts have a time limit. */
const CALL_KEY = Symbol.for("skerry.fuzz.call");
const callScript = new vm.Script(`globalThis[Symbol.for("skerry.fuzz.call")]()`);

/**
 * The outcome that every bridge must have: that of plain JavaScript over plain data, in this process. None for a case
 * that takes too long or gives too much.
 */
export function runPlainly({ data, code }: FuzzCase, limitMs = DEFAULT_LIMIT_MS): Outcome | undefined {
  // oxlint-disable-next-line typescript/no-implied-eval -- our own generator wrote it
  const program = new Function("data", code) as (data: unknown) => unknown;
  const plain = evaluateData(data.guest, { crossing });
  try {
    const text = describeData(call(() => cross(program(plain), "BRIDGE_RESULT"), limitMs));
    return text.length > MAX_OUTCOME_CHARS ? undefined : text;
  } catch (thrown) {
    if ((thrown as { code?: unknown } | undefined)?.code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return undefined;
    return thrown instanceof Refusal ? thrown.code : describeThrown(thrown);
  }
}

function call(action: () => unknown, timeout: number): unknown {
  Reflect.set(globalThis, CALL_KEY, action);
  try {
    return callScript.runInThisContext({ timeout });
  } finally {
    Reflect.deleteProperty(globalThis, CALL_KEY);
  }
}

function describeThrown(thrown: unknown): Outcome {
  const isObject = typeof thrown === "object" && thrown !== null;
  const name: unknown = isObject ? Reflect.get(thrown, "name") : undefined;
  const isNamed = typeof name === "string" && name !== "";
  if (isNamed) return `BRIDGE_SCRIPT ${name}`;
  return thrown instanceof Error ? "BRIDGE_SCRIPT Error" : "BRIDGE_SCRIPT";
}
