import { createHmac } from "node:crypto";

/** A message as it is signed. */
export interface SignedMessage {
  readonly id: string;
  /** Of this attempt, in seconds since the epoch. */
  readonly timestamp: number;
  readonly body: string;
}

const ENCODED_KEY = "whsec_";

/**
 * The value of `webhook-signature` by Standard Webhooks 1.0: an HMAC with SHA-256 over id, timestamp and body.
 *
 * @param secret `whsec_` and a key in base64, as that standard writes keys; any other text is the key itself.
 */
export function signMessage(secret: string, { id, timestamp, body }: SignedMessage): string {
  const key = secret.startsWith(ENCODED_KEY)
    ? Buffer.from(secret.slice(ENCODED_KEY.length), "base64")
    : secret;
  return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
}
