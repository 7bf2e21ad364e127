import { jsonStringify, objectKeys } from "../../guest/primordials.ts";
import { createCodedError } from "./errors.ts";
import type { Execution } from "./execution.ts";
import { Flattener } from "./flatten.ts";
import { ABSENT, type FlattenPolicy, type Reader } from "./flatten-policy.ts";
import { findLazyNode } from "./lazy-node.ts";
import { isPlainTree } from "./plain.ts";
import { hasOwn, indexOf, numberIsPlain, stringIsWellFormed } from "./primordials.ts";
import { realmTypes } from "./transfer-types.ts";
import { RAW_TEXT } from "./wire.ts";

/** Reads values as any code of the guest would: getters run. */
const guestReader: Reader = {
  keys: objectKeys,
  length: (value) => (value as unknown[]).length,
  read(value, key) {
    const item = (value as Record<string | number, unknown>)[key];
    return item === undefined && !hasOwn(value, key) ? ABSENT : item;
  },
  readInherited: (value, key) => (value as Record<string, unknown>)[key],
};

/**
 * The answer that carries a result.
 *
 * @param execution Whose host data may be in it.
 */
export function writeResult(value: unknown, execution: Execution | undefined): string {
  if (typeof value === "string" && isTransparent(value)) return RAW_TEXT + value;
  return writeWire(value, execution, "BRIDGE_RESULT", "the result");
}

/**
 * Text of the wire of a value of the guest. Objects of the host that were not touched go as what they are.
 *
 * @throws An error with the code and the subject for what cannot cross.
 */
export function writeWire(
  value: unknown,
  execution: Execution | undefined,
  code: string,
  subject: string,
): string {
  if (isPlain(value)) return `[${jsonStringify(value)}]`;
  const policy: FlattenPolicy = {
    reader: guestReader,
    describeTyped: realmTypes.describe,
    refer: (object) => execution?.refer(object),
    refuse(what, path) {
      throw createCodedError({ code, message: `${subject}${path && ` at ${path}`} is ${what}` });
    },
  };
  const flattener = new Flattener(policy);
  flattener.put(flattener.holder, 0, value);
  return jsonStringify(flattener.finish());
}

/** Whether JSON says it all. */
function isPlain(value: unknown): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return numberIsPlain(value);
    case "object":
      return value === null || isPlainTree(value, isIncomplete);
    default:
      return false;
  }
}

/** What is the host's and not all here may go as what it is, without being fetched. */
function isIncomplete(object: object): boolean {
  return findLazyNode(object)?.isComplete === false;
}

/** Whether every way to the host carries the text as it is: some end at a NUL, some know no lone surrogates. */
function isTransparent(text: string): boolean {
  return stringIsWellFormed(text) && indexOf(text, "\0") < 0;
}
