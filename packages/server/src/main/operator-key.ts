import { join } from "node:path";
import { createKey } from "../auth/key.ts";
import type { Config } from "../config.ts";
import { readKeyFile, writeKeyFile } from "./key-file.ts";

/** The operator's API key and where it came from. */
export interface OperatorKey {
  readonly key: string;
  /** Absent when the key is the operator's own, from `SKERRY_ADMIN_KEY`. */
  readonly kept: { readonly file: string; readonly madeNow: boolean } | undefined;
}

/** Takes the key of the configuration, else the one kept in the data folder, else makes one and keeps it there. */
export async function ensureOperatorKey({ operatorKey, dataDir }: Config): Promise<OperatorKey> {
  if (operatorKey !== undefined) return { key: operatorKey, kept: undefined };
  const file = join(dataDir, "operator.key");
  const kept = await readKeyFile(file);
  if (kept !== undefined) return { key: kept, kept: { file, madeNow: false } };
  const key = createKey().text;
  await writeKeyFile(file, key);
  return { key, kept: { file, madeNow: true } };
}
