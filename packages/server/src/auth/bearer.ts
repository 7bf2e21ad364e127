import { SkerryError } from "../problems/errors.ts";
import type { ServerErrorCode } from "../problems/error-table.ts";

/** Longer than any token is; hashing or parsing megabytes of header is work for nothing. */
const MAX_CREDENTIAL_LENGTH = 8_192;

type RefusalCode = Extract<
  ServerErrorCode,
  "KEY_MISSING" | "KEY_INVALID" | "SESSION_INVALID" | "TOKEN_INVALID" | "IDENTITY_INVALID"
>;

/**
 * The credential of an `Authorization: Bearer` header (RFC 6750, section 2.1).
 *
 * @throws SkerryError `KEY_MISSING` or `KEY_INVALID`.
 */
export function readBearer(authorization: string): string {
  const credential = /^Bearer +(?<credential>\S+) *$/i.exec(authorization)?.groups?.["credential"];
  if (credential === undefined) throw refuseNothing();
  if (credential.length > MAX_CREDENTIAL_LENGTH) {
    throw refuseCredential("KEY_INVALID", "The credential is longer than any is.");
  }
  return credential;
}

/** The error of a request that says nothing of who sends it. */
export function refuseNothing(): SkerryError {
  return refuseCredential("KEY_MISSING", "Send an API key: Authorization: Bearer KEY.");
}

/** The error of a credential, with the challenge of RFC 6750, section 3. */
export function refuseCredential(code: RefusalCode, message: string, options?: ErrorOptions): SkerryError {
  const challenge =
    code === "KEY_MISSING" ? 'Bearer realm="skerry"' : 'Bearer realm="skerry", error="invalid_token"';
  return new SkerryError(code, message, { ...options, headers: { "www-authenticate": challenge } });
}
