import assert from "node:assert/strict";
import { ALLOWED_GLOBALS } from "../allowed-globals.ts";
import {
  type Outcome,
  all,
  either,
  fails,
  isRefused,
  outputOf,
  returns,
  returnsSuch,
  show,
  throws,
} from "../outcome.ts";
import { ATTACK_FILE } from "../program.ts";

/** An error keeps at most 8,192 characters of its message, and what is put around them. */
const MAX_ERROR_CHARS = 8_300;
const GUEST_STACK = /^TypeError: .*(?:\n {4}at [^/]*\((?:skerry:runtime|attack\.js):\d+:\d+\))+$/;

/** A built-in of the guest's own realm has no file. */
const GUEST_FILES: ReadonlySet<string> = new Set([ATTACK_FILE, "skerry:runtime", "null"]);

const hasOnlyGuestFrames: Outcome = (seen) => {
  const files = outputOf(seen) as readonly string[];
  assert.ok(files.length > 0, "there are no frames");
  const foreign = files.filter((file) => !GUEST_FILES.has(file));
  assert.ok(foreign.length === 0, `frames of ${show(foreign)}`);
};

const hasGuestStack = returnsSuch("an error with frames of the guest alone", (output) => {
  const [isError, type, stack] = output as readonly unknown[];
  return isError === true && type === "undefined" && GUEST_STACK.test(String(stack));
});

const hasShortError: Outcome = ({ result }) => {
  const { message = "", stack = "" } = result && "error" in result ? result.error : {};
  const chars = message.length + stack.length;
  assert.ok(chars <= MAX_ERROR_CHARS, `the error has ${chars} characters`);
};

const hasNoCallLeft: Outcome = ({ calls }) => {
  assert.ok(calls.length > 0, "no call reached the host");
  const open = calls.filter(({ signal }) => !signal.aborted);
  assert.ok(open.length === 0, `${open.length} calls go on after the end`);
};

/** escape/* and code/dynamic: nothing outside the guest's realm is reached, by objects or by code. */
export const ESCAPE_OUTCOMES: Readonly<Record<string, Outcome>> = {
  "escape.constructor-chain.01": throws(/^TypeError: Cannot read properties of undefined/),
  "escape.constructor-chain.02": returns("undefined"),
  "escape.constructor-chain.03": returns("undefined"),
  "escape.constructor-chain.04": returns("undefined"),
  "escape.constructor-chain.06": returns("undefined"),
  "escape.constructor-chain.07": returns("undefined"),
  "escape.constructor-chain.08": returns("undefined"),
  "escape.constructor-chain.10": returns("undefined"),
  "escape.constructor-chain.15": returns(["undefined", "undefined", "undefined", "undefined"]),
  "escape.constructor-chain.16": returns([]),
  "escape.constructor-chain.17": returns([...ALLOWED_GLOBALS]),
  "escape.host-handle.01": returns("undefined,undefined,undefined,undefined,undefined,undefined"),
  "escape.host-handle.02": returns("ok"),
  "escape.host-handle.03": returns("undefinedundefinedundefinedundefined"),
  "escape.host-handle.05": either(returns(null), throws(/^TypeError: /)),
  "escape.host-handle.08": returns(null),
  "escape.host-handle.09": returns(["length", "name"]),
  "escape.host-handle.10": either(returns(["fetch", null]), throws(/^TypeError: Cannot assign to read only/)),
  "escape.host-handle.11": throws(/^TypeError: /),
  "escape.host-handle.13": fails("OUTPUT_INVALID", /^the value is a function/),
  "escape.host-handle.15": returns("none"),
  "escape.errors.01": hasGuestStack,
  "escape.errors.02": returns([["stack", "message"], "undefined", null]),
  "escape.errors.05": hasOnlyGuestFrames,
  "escape.errors.07": returns([true, "undefined"]),
  "escape.errors.09": returns("none"),
  "escape.errors.11": fails("CPU_LIMIT"),
  "escape.errors.13": all(throws(/^Thrown: /), hasShortError),
  "escape.errors.14": throws(/^Thrown: null$/),
  "escape.errors.15": throws(/^Thrown: \[object Object\]$/),
  "escape.errors.20": throws(/^x$/),
  "escape.async-leak.03": returns(true),
  "escape.async-leak.09": returns(1),
  "escape.async-leak.10": returns("undefined"),
  "escape.async-leak.11": all(throws(/^end while calls in flight$/), hasNoCallLeft),

  "code.dynamic.01": returns("undefined"),
  "code.dynamic.02": returns(true),
  "code.dynamic.03": returns("undefined"),
  "code.dynamic.06": isRefused(/^attack\.js:\d+:\d+: A script cannot import "file:\/\/\/etc\/passwd"\./),
  "code.dynamic.07": isRefused(/A script cannot import "\.\/x\.json"/),
  "code.dynamic.08": isRefused(/cannot import what it names only when it runs/),
  "code.dynamic.09": throws(/^Not supported$/),
  "code.dynamic.11": throws(/^SyntaxError: /),
  "code.dynamic.12": returns(Array.from({ length: 8 }, () => "undefined").join()),
  "code.dynamic.13": returns("absent"),
  "code.dynamic.14": returns("undefined"),
  "code.dynamic.15": throws(/^TypeError: setTimeout needs a function/),
  "code.dynamic.16": isRefused(/With statements cannot be used/),
  "code.dynamic.19": isRefused(/HTML single-line comments are not allowed/),
  "code.dynamic.21": returns(1),
};
