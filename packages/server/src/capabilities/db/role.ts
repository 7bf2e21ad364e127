import { createHash, createHmac, hkdfSync, pbkdf2Sync } from "node:crypto";
import type { MasterKey } from "../../secrets/master-keys.ts";

const PASSWORD_BYTES = 32;
const SALT_BYTES = 16;
/** PostgreSQL's own default (`scram_iterations`); the password has 256 random bits. */
const SCRAM_ITERATIONS = 4_096;

/** The role that scripts log in as. Roles belong to the whole server, so each database has one of its own. */
export function nameScriptRole(database: string): string {
  return `skerry_script_${createHash("sha256").update(database).digest("hex").slice(0, 12)}`;
}

/** The role's password, by HKDF (RFC 5869) from a master key, so that it is stored nowhere. */
export function derivePassword(key: MasterKey, role: string): string {
  const bytes = hkdfSync("sha256", key.bytes, "skerry script role", role, PASSWORD_BYTES);
  return Buffer.from(bytes).toString("base64url");
}

/**
 * What PostgreSQL keeps of a password: `SCRAM-SHA-256$ITERATIONS:SALT$STORED_KEY:SERVER_KEY` (RFC 5803, RFC 7677). Set
 * by this, the password itself is in no statement, log or script that an administrator runs.
 */
export function makeScramVerifier(key: MasterKey, role: string): string {
  const password = derivePassword(key, role);
  const salt = Buffer.from(hkdfSync("sha256", key.bytes, "skerry script salt", role, SALT_BYTES));
  const salted = pbkdf2Sync(password, salt, SCRAM_ITERATIONS, 32, "sha256");
  const clientKey = createHmac("sha256", salted).update("Client Key").digest();
  const storedKey = createHash("sha256").update(clientKey).digest("base64");
  const serverKey = createHmac("sha256", salted).update("Server Key").digest("base64");
  return `SCRAM-SHA-256$${SCRAM_ITERATIONS}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}
