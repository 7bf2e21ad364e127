import { randomBytes } from "node:crypto";
import { parseMasterKeys } from "../src/secrets/master-keys.ts";
import type { MasterKeys } from "../src/secrets/master-keys.ts";

/** Keys with these ids, of which the first encrypts; a key of one id is always another one. */
export function createTestMasterKeys(...ids: readonly string[]): MasterKeys {
  const named = ids.length === 0 ? ["test"] : ids;
  const text = named.map((id) => `${id}:${randomBytes(32).toString("base64")}`).join(",");
  return parseMasterKeys(text) as MasterKeys;
}
