import { createExpressionError, createNoInputError } from "./errors.ts";
import { describe } from "./arguments.ts";
import type { WorkflowRun } from "./workflow-run.ts";

const KEY = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * `$fromAI(key, description?, type?, default?)`: what a model chose for a parameter. It comes as a field of the first
 * item; description and type are for the model.
 */
export function readFromAi(run: WorkflowRun, key: unknown, defaultValue: unknown): unknown {
  if (key === undefined || key === "") {
    throw createExpressionError("Add a key, e.g. $fromAI('placeholder_name')");
  }
  if (typeof key !== "string") throw new TypeError(`$fromAI() takes a key as a text, not ${describe(key)}`);
  if (!KEY.test(key)) {
    throw createExpressionError(
      `Invalid parameter key ${describe(key)}: it has to be 1 to 64 letters, digits, underscores and hyphens`,
    );
  }
  const { input, activeNode } = run.data;
  const json = input.items[0]?.json;
  const value = json && Object.hasOwn(json, key) ? json[key] : undefined;
  if (value !== undefined) return value;
  if (!json && defaultValue === undefined) throw createNoInputError(activeNode);
  return defaultValue;
}
