import type { JsonObject } from "@skerry/sandbox";
import { readBearer, refuseCredential } from "../../auth/bearer.ts";
import { nameOf, requirePermission } from "../../auth/principal.ts";
import type { ApiKeyService } from "../../auth/service.ts";
import type { TokenKeys } from "../../auth/token-keys.ts";
import { SkerryError } from "../../problems/errors.ts";
import type { SecretVault } from "../../secrets/vault.ts";
import type { EndpointAuth, HmacAuth, JwtAuth } from "../settings.ts";
import { createTokenCheck } from "./json-web-token.ts";
import type { RemoteKeys } from "./remote-keys.ts";
import { verifySignature } from "./signature.ts";
import { createUsedSignatures } from "./used-signatures.ts";

/** A request that has to prove where it comes from. */
export interface GuardedRequest {
  readonly tenantId: string;
  readonly headers: Headers;
  /** Reads the body whole. */
  readonly readBody: () => Promise<Uint8Array>;
}

/** What a request proved. */
export interface Visitor {
  /** For the history, e.g. `key:0198…`. */
  readonly actor?: string;
  /** What `ctx.trigger.auth` tells the script. */
  readonly auth?: JsonObject;
  /** A header that is for us alone: a script must not get hold of a key that may do more than the script. */
  readonly withheldHeader?: string;
}

/** Lets only requests pass that prove what an endpoint asks for. */
export interface EndpointGuard {
  /**
   * @throws SkerryError `KEY_MISSING`, `KEY_INVALID`, `PERMISSION_DENIED` or `TENANT_SUSPENDED` for API keys,
   * `REQUEST_UNPROVEN` for the others, `ENDPOINT_SECRET_UNUSABLE`, `TOKEN_KEYS_UNAVAILABLE`, and what reading the body throws.
   */
  admit(auth: EndpointAuth | undefined, request: GuardedRequest): Promise<Visitor>;
}

export interface EndpointGuardOptions {
  readonly apiKeys: Pick<ApiKeyService, "authenticate">;
  readonly vault: Pick<SecretVault, "read">;
  readonly remoteKeys: Pick<RemoteKeys, "open">;
}

const ANONYMOUS: Visitor = {};
const MAX_SUBJECT_LENGTH = 150;
/** A 401 comes with one (RFC 9110, 15.5.2). */
const TOKEN_CHALLENGE = 'Bearer realm="skerry", error="invalid_token"';
const SIGNATURE_CHALLENGE = 'Signature realm="skerry"';

export function createEndpointGuard({ apiKeys, vault, remoteKeys }: EndpointGuardOptions): EndpointGuard {
  const tokens = createTokenCheck();
  const used = createUsedSignatures();

  async function admitKey({ tenantId, headers }: GuardedRequest): Promise<Visitor> {
    const principal = await apiKeys.authenticate(readBearer(headers.get("authorization") ?? ""));
    if (principal.tenantId !== tenantId) {
      throw refuseCredential("KEY_INVALID", "The API key is none of the owner of this address.");
    }
    requirePermission({ principal }, "scripts.execute");
    const auth = { type: "apiKey", keyId: principal.id ?? null };
    return { actor: nameOf(principal), auth, withheldHeader: "authorization" };
  }

  /** The settings have one of the two. */
  async function findKey({ secret, jwksUrl }: JwtAuth, tenantId: string): Promise<string | TokenKeys> {
    if (jwksUrl !== undefined) return remoteKeys.open(tenantId, jwksUrl);
    return await readSecret(vault, { tenantId, name: secret ?? "" });
  }

  async function admitToken(wanted: JwtAuth, { tenantId, headers }: GuardedRequest): Promise<Visitor> {
    const token = /^Bearer +(?<token>\S+) *$/i.exec(headers.get("authorization") ?? "")?.groups?.["token"];
    if (token === undefined) throw refuse(TOKEN_CHALLENGE, "Send a token: Authorization: Bearer TOKEN.");
    const key = await findKey(wanted, tenantId);
    const claims = await tokens.verify(token, key, wanted).catch((error: unknown) => {
      throw error instanceof SkerryError ? error : refuseSecret(error);
    });
    if (typeof claims === "string") throw refuse(TOKEN_CHALLENGE, claims);
    return { ...nameSubject(claims["sub"]), auth: { type: "jwt", claims } };
  }

  async function admitSigned(wanted: HmacAuth, request: GuardedRequest): Promise<Visitor> {
    const { tenantId, headers, readBody } = request;
    const secret = await readSecret(vault, { tenantId, name: wanted.secret });
    const now = Date.now();
    const signature = verifySignature(wanted, secret, { headers, body: await readBody() }, now);
    if (typeof signature === "string") throw refuse(SIGNATURE_CHALLENGE, signature);
    const { digest, validUntil } = signature;
    if (validUntil !== undefined && !used.use(tenantId, digest, validUntil, now)) {
      throw refuse(SIGNATURE_CHALLENGE, "Its signature was used already: each request needs one of its own.");
    }
    return { actor: `hmac:${wanted.scheme}`, auth: { type: "hmac", scheme: wanted.scheme } };
  }

  return {
    async admit(wanted, request) {
      switch (wanted?.type) {
        case "apiKey":
          return await admitKey(request);
        case "jwt":
          return await admitToken(wanted, request);
        case "hmac":
          return await admitSigned(wanted, request);
        default:
          return ANONYMOUS;
      }
    },
  };
}

/** The token's subject, where the history can keep it. */
function nameSubject(subject: unknown): Pick<Visitor, "actor"> {
  const isName = typeof subject === "string" && /^[\x20-\x7e]+$/.test(subject);
  return isName ? { actor: `jwt:${subject.slice(0, MAX_SUBJECT_LENGTH)}` } : { actor: "jwt" };
}

async function readSecret(
  vault: EndpointGuardOptions["vault"],
  owner: Parameters<SecretVault["read"]>[0],
): Promise<string> {
  try {
    return await vault.read(owner);
  } catch (error) {
    if (!(error instanceof SkerryError)) throw error;
    throw refuseSecret(error);
  }
}

/** The caller is not told which secret it is. */
function refuseSecret(cause: unknown): SkerryError {
  const message = "The secret that requests to this address are checked with is missing or cannot be used.";
  return new SkerryError("ENDPOINT_SECRET_UNUSABLE", message, { cause });
}

function refuse(challenge: string, message: string): SkerryError {
  return new SkerryError("REQUEST_UNPROVEN", message, { headers: { "www-authenticate": challenge } });
}
