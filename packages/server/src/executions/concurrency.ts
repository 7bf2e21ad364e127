import { createHash } from "node:crypto";
import type { JsonValue } from "@skerry/sandbox";
import type { JobConcurrency } from "../jobs/job.ts";
import type { ScriptSettings } from "../scripts/settings.ts";

/** A script's own bound of how many queued executions of it run at a time, over all nodes; undefined for none. */
export type WishedConcurrency = ScriptSettings["concurrency"];

/** What executions share whose number is limited: their script, and the value that its key leads to in the input. */
export function concurrencyOf(
  { scriptId, concurrency }: { readonly scriptId: string; readonly concurrency: WishedConcurrency },
  input: JsonValue,
): JobConcurrency | undefined {
  if (concurrency === undefined) return undefined;
  const { key, limit, ordered: isOrdered } = concurrency;
  if (key === undefined) return { key: scriptId, limit, isOrdered };
  const value = JSON.stringify(readPath(input, key.split(".").slice(1)));
  return { key: `${scriptId}/${createHash("sha256").update(value).digest("base64url")}`, limit, isOrdered };
}

/** Own properties only; null for what is not there. */
function readPath(input: JsonValue, names: readonly string[]): JsonValue {
  let value: JsonValue = input;
  for (const name of names) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return null;
    value = (value as Readonly<Record<string, JsonValue>>)[name] ?? null;
  }
  return value;
}
