import { errors, jwtVerify } from "jose";
import type { CryptoKey, JWTPayload, JWTVerifyOptions } from "jose";
import { z } from "zod";
import type { SkerryError } from "../problems/errors.ts";
import { storableText } from "../rest/input.ts";
import { refuseCredential } from "./bearer.ts";
import { readPermissions } from "./permission.ts";
import type { Principal } from "./principal.ts";
import type { TenantStatuses } from "./tenant-status.ts";
import { CLOCK_SKEW_S, describeCheck, openTokenKeys } from "./token-keys.ts";
import type { TokenKeySource } from "./token-keys.ts";

/** Tokens that the host signs for its own users: JSON Web Tokens (RFC 7519). */
export type TokenOptions = TokenKeySource & {
  /** What the claim `iss` has to be. */
  readonly issuer?: string;
  /** What the claim `aud` has to hold. */
  readonly audience?: string;
};

/** Who a token stands for. */
export interface TokenVerifier {
  /** @throws SkerryError `TOKEN_INVALID`, `TENANT_SUSPENDED` or `TOKEN_KEYS_UNAVAILABLE`. */
  authenticate(token: string): Promise<Principal>;
}

const MAX_AHEAD_S = 60 * 60;

const claims = z.object({
  tenant: z.string(),
  sub: storableText(200).min(1).optional(),
  permissions: z.array(z.string()).readonly(),
  exp: z.number().refine((exp) => exp - Date.now() / 1_000 <= MAX_AHEAD_S + CLOCK_SKEW_S),
});

/**
 * A verifier of tokens: signature by a key of the host, an algorithm that fits the kind of key, and claims `tenant`,
 * `permissions` and `exp` at most an hour ahead; `sub` names the user. 30 s between clocks are forgiven.
 *
 * @throws StartError `CONFIG_INVALID`.
 */
export async function createTokenVerifier(
  { issuer, audience, ...source }: TokenOptions,
  tenants: TenantStatuses,
): Promise<TokenVerifier> {
  const keys = await openTokenKeys(source);
  const { getKey } = keys;
  const options = describeCheck(keys, { issuer, audience });

  async function verify(token: string): Promise<JWTPayload> {
    try {
      return (await jwtVerify(token, getKey, options)).payload;
    } catch (error) {
      if (error instanceof errors.JWKSMultipleMatchingKeys) return await tryKeys(token, error, options);
      throw error;
    }
  }

  return {
    async authenticate(token) {
      const { tenant, sub, permissions } = readClaims(await verify(token).catch(explain));
      if (!(await tenants.requireActive(tenant)))
        throw refuseToken("It is for a tenant that does not exist.");
      return { kind: "token", tenantId: tenant, id: sub, permissions: readPermissions(permissions) };
    },
  };
}

/** Where several keys fit a token that names none. */
async function tryKeys(
  token: string,
  keys: AsyncIterable<CryptoKey>,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  for await (const key of keys) {
    try {
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}

function readClaims(payload: JWTPayload): z.output<typeof claims> {
  const result = claims.safeParse(payload);
  if (result.success) return result.data;
  const name = String(result.error.issues[0]?.path[0]);
  throw refuseToken(
    name === "exp" ? `It is valid for more than ${MAX_AHEAD_S} s.` : `Its claim ${name} does not fit.`,
  );
}

/** Says what is wrong with a token in words of ours, which hold nothing of it. */
function explain(error: unknown): never {
  if (!(error instanceof errors.JOSEError)) throw error;
  throw refuseToken(describe(error), error);
}

function describe(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return "It has expired.";
  if (error instanceof errors.JWTClaimValidationFailed) return `Its claim ${error.claim} does not fit.`;
  if (error instanceof errors.JOSEAlgNotAllowed) return "Its algorithm is not accepted here.";
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey) {
    return "It is not signed with a key of this installation's host.";
  }
  return "It is malformed.";
}

function refuseToken(reason: string, cause?: unknown): SkerryError {
  return refuseCredential("TOKEN_INVALID", `The token is not valid. ${reason}`, { cause });
}
