import { createPublicKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createLocalJWKSet, createRemoteJWKSet, errors } from "jose";
import type { JSONWebKeySet, JWTVerifyGetKey, JWTVerifyOptions, RemoteJWKSetOptions } from "jose";
import { StartError } from "../main/errors.ts";
import { SkerryError } from "../problems/errors.ts";

/** Keys that hosts sign tokens with; private keys stay with the host. */
export type TokenKeySource =
  /** A JSON Web Key Set (RFC 7517). */
  | { readonly jwks: JSONWebKeySet }
  /** Where the key set is: `https:`, or `http:` on this machine. Fetched again when a token names an unknown key. */
  | { readonly jwksUrl: string }
  /** A file with the key set, read once. */
  | { readonly jwksFile: string }
  /** PEM texts. */
  | { readonly publicKeys: readonly string[] }
  /** Shared with the host, at least 32 bytes: then tokens are signed with HS256, and only so. */
  | { readonly secret: string | Uint8Array };

/** What a token may be signed with, and how to find the key. */
export interface TokenKeys {
  readonly algorithms: readonly string[];
  readonly getKey: JWTVerifyGetKey;
}

/** What is forgiven between two clocks. */
export const CLOCK_SKEW_S = 30;

/** How a token is checked beside its signature: `exp` has to be there, `iss` and `aud` fit where they are asked for. */
export function describeCheck(
  { algorithms }: Pick<TokenKeys, "algorithms">,
  { issuer, audience }: { readonly issuer?: string | undefined; readonly audience?: string | undefined },
): JWTVerifyOptions {
  return {
    algorithms: [...algorithms],
    clockTolerance: CLOCK_SKEW_S,
    requiredClaims: ["exp"],
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
  };
}

/** RFC 7518, section 3.1, and RFC 8037, without those that share a secret. */
const ASYMMETRIC = "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519".split(" ");
const MIN_SECRET_BYTES = 32;
const FETCH_TIMEOUT_MS = 5_000;
const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** @throws StartError `CONFIG_INVALID`. */
export async function openTokenKeys(source: TokenKeySource): Promise<TokenKeys> {
  if ("secret" in source) return fromSecret(Buffer.from(source.secret));
  if ("jwksUrl" in source) return fetchTokenKeys(requireSafeUrl(source.jwksUrl));
  return { algorithms: ASYMMETRIC, getKey: fromKeySet(await readKeySet(source)) };
}

function fromSecret(secret: Buffer): TokenKeys {
  if (secret.byteLength < MIN_SECRET_BYTES) {
    throw refuse(`The secret has ${secret.byteLength} bytes; it needs ${MIN_SECRET_BYTES}.`);
  }
  return { algorithms: ["HS256"], getKey: () => secret };
}

/**
 * Keys of a set that is fetched when it is needed, and again when a token names an unknown key. Finding one rejects with
 * SkerryError `TOKEN_KEYS_UNAVAILABLE` while the set cannot be had.
 */
export function fetchTokenKeys(
  address: URL,
  options: RemoteJWKSetOptions = { timeoutDuration: FETCH_TIMEOUT_MS },
): TokenKeys {
  const keys = createRemoteJWKSet(address, options);
  const getKey: JWTVerifyGetKey = async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      if (isAboutToken(error)) throw error;
      throw new SkerryError("TOKEN_KEYS_UNAVAILABLE", "The keys that tokens are signed with cannot be had.", {
        cause: error,
        headers: { "retry-after": "5" },
      });
    }
  };
  return { algorithms: ASYMMETRIC, getKey };
}

/** Tells a token whose key the set does not have from a set that cannot be had. */
function isAboutToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}

/** An address whose answer nobody on the way can change. @throws StartError `CONFIG_INVALID`. */
export function requireSafeUrl(url: string): URL {
  const address = URL.parse(url);
  if (address?.protocol === "https:") return address;
  if (address?.protocol === "http:" && LOOPBACK_HOSTS.has(address.hostname)) return address;
  throw refuse(`${url} must be an https: address, or an http: address of this machine.`);
}

async function readKeySet(
  source: Exclude<TokenKeySource, { secret: unknown } | { jwksUrl: unknown }>,
): Promise<JSONWebKeySet> {
  if ("jwks" in source) return source.jwks;
  try {
    if ("jwksFile" in source) return JSON.parse(await readFile(source.jwksFile, "utf8")) as JSONWebKeySet;
    return { keys: source.publicKeys.map((pem) => createPublicKey(pem).export({ format: "jwk" })) };
  } catch (error) {
    throw refuse(`They cannot be read: ${(error as Error).message}`, error);
  }
}

function fromKeySet(keySet: JSONWebKeySet): JWTVerifyGetKey {
  try {
    return createLocalJWKSet(keySet);
  } catch (error) {
    throw refuse("They are no JSON Web Key Set.", error);
  }
}

function refuse(reason: string, cause?: unknown): StartError {
  return new StartError("CONFIG_INVALID", `The keys of tokens cannot be used. ${reason}`, { cause });
}
