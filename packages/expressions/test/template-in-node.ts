import { compileTemplate } from "../src/compiler/template-compilation.ts";
import {
  dispatch,
  extensionNames,
  findFunction,
  STANDALONE_FUNCTIONS,
} from "../src/extensions/guest/index.ts";
import { DateTime, Duration, Interval, Settings } from "luxon";

const GLOBALS: Readonly<Record<string, unknown>> = {
  DateTime,
  Duration,
  Interval,
  extend: dispatch,
  ...Object.fromEntries(
    STANDALONE_FUNCTIONS.flatMap(({ name, aliases = [], run }) =>
      [name, ...aliases].map((each) => [each, run]),
    ),
  ),
};

/** Names of the errors that the rule "undefined" lets through. */
const LOUD = new Set(["ExpressionError", "ExpressionExtensionError"]);

/**
 * Evaluates a template in this process, without a bridge: the shortest way from compiled code to extension functions.
 * Errors are swallowed as `errors: "undefined"` does.
 */
export function evaluateInNode(template: string, data: object = {}, timezone = "UTC"): unknown {
  const code = compileTemplate(template, { extensionNames }).code({ errors: "undefined" });
  Settings.defaultZone = timezone;
  // oxlint-disable-next-line typescript/no-implied-eval -- the code of the tests themselves
  const run = new Function("__expressions", "data", code) as (runtime: object, data: object) => unknown;
  return run({ begin: createRuntime }, data);
}

function createRuntime(data: Record<string, unknown>): object {
  const now = DateTime.now();
  const attempt = (_chunk: number, evaluate: () => unknown): unknown => {
    try {
      return evaluate();
    } catch (error) {
      if (error instanceof Error && LOUD.has(error.name)) throw error;
      return undefined;
    }
  };
  return {
    read: (name: string) => (name === "$now" ? now : (GLOBALS[name] ?? data[name])),
    call: dispatch,
    method: findFunction,
    attempt,
    demand: (_chunk: number, evaluate: () => unknown) => evaluate(),
    join: (parts: string[]) =>
      parts.map((part) => (part || ([0, false] as unknown[]).includes(part) ? part : "")).join(""),
  };
}
