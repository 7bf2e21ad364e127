import type { JsonObject } from "@skerry/sandbox";
import { errors, jwtVerify } from "jose";
import type { JSONWebKeySet } from "jose";
import { LRUCache } from "lru-cache";
import { describeCheck, openTokenKeys } from "../../auth/token-keys.ts";
import type { TokenKeys, TokenKeySource } from "../../auth/token-keys.ts";
import type { JwtAuth } from "../settings.ts";

/** Checks the tokens that endpoints ask for (RFC 7519). */
export interface TokenCheck {
  /**
   * Signature by a key, or by that of a secret, with an algorithm that fits it, `exp`, and where they are asked for `iss` and `aud`;
   * 30 s between clocks are forgiven.
   *
   * @returns the claims, or the reason of a refusal as a text.
   * @throws Error when the secret is no key, and what finding a key throws.
   */
  verify(token: string, key: string | TokenKeys, auth: JwtAuth): Promise<JsonObject | string>;
}

const MAX_KEYS = 1_000;

export function createTokenCheck(): TokenCheck {
  const opened = new LRUCache<string, Promise<TokenKeys>>({ max: MAX_KEYS });

  function open(secret: string): Promise<TokenKeys> {
    const opening = opened.get(secret) ?? openTokenKeys(readKeySource(secret));
    opened.set(secret, opening);
    return opening;
  }

  return {
    async verify(token, key, auth) {
      const keys = typeof key === "string" ? await open(key) : key;
      try {
        const { payload } = await jwtVerify(token, keys.getKey, describeCheck(keys, auth));
        return payload as JsonObject;
      } catch (error) {
        return explain(error);
      }
    },
  };
}

/** A public key is never taken for a shared secret, which anybody who knows it could then sign with. */
function readKeySource(secret: string): TokenKeySource {
  const text = secret.trim();
  if (text.startsWith("-----BEGIN")) return { publicKeys: [text] };
  const json = parseObject(text);
  if (json === undefined) return { secret };
  return { jwks: ("keys" in json ? json : { keys: [json] }) as unknown as JSONWebKeySet };
}

function parseObject(text: string): object | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}

/** Says what is wrong with a token in words of ours, which hold nothing of it. */
function explain(error: unknown): string {
  if (error instanceof errors.JWTExpired) return "The token has expired.";
  if (error instanceof errors.JWTClaimValidationFailed)
    return `The token's claim ${error.claim} does not fit.`;
  if (error instanceof errors.JOSEAlgNotAllowed) return "The token's algorithm is not accepted here.";
  if (error instanceof errors.JWSSignatureVerificationFailed) return "The token's signature does not fit.";
  if (error instanceof errors.JWKSNoMatchingKey) return "The token is signed with an unknown key.";
  if (error instanceof errors.JOSEError) return "The token is malformed, or its key cannot be told.";
  throw error;
}
