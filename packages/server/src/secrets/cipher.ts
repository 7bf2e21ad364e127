import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { MasterKey } from "./master-keys.ts";

/** A value as it is stored. */
export interface EncryptedSecret {
  readonly keyId: string;
  /** 96 random bits, never used twice. */
  readonly nonce: Buffer;
  /** Ends with the tag of 16 bytes. */
  readonly ciphertext: Buffer;
}

/** Whose value it is. Bound to the ciphertext, so that a row moved elsewhere does not decrypt. */
export interface SecretOwner {
  readonly tenantId: string;
  readonly name: string;
}

/** NIST SP 800-38D; a random nonce of 96 bits is good for 2^32 encryptions under one key. */
const ALGORITHM = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export function encryptSecret(key: MasterKey, owner: SecretOwner, value: string): EncryptedSecret {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key.bytes, nonce).setAAD(bind(owner, key));
  const ciphertext = Buffer.concat([cipher.update(value, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return { keyId: key.id, nonce, ciphertext };
}

/** @returns undefined when this key did not encrypt it for this owner, or somebody changed it since. */
export function decryptSecret(
  key: MasterKey,
  owner: SecretOwner,
  { nonce, ciphertext }: EncryptedSecret,
): string | undefined {
  const decipher = createDecipheriv(ALGORITHM, key.bytes, nonce, { authTagLength: TAG_BYTES })
    .setAAD(bind(owner, key))
    .setAuthTag(ciphertext.subarray(-TAG_BYTES));
  const text = decipher.update(ciphertext.subarray(0, -TAG_BYTES));
  try {
    return Buffer.concat([text, decipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}

/** None of the three can hold a line break. */
function bind({ tenantId, name }: SecretOwner, { id }: MasterKey): Buffer {
  return Buffer.from(`${tenantId}\n${name}\n${id}`);
}
