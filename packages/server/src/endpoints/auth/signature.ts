import { createHmac, timingSafeEqual } from "node:crypto";
import type { HmacAuth } from "../settings.ts";

/** What of a request is signed. */
export interface SignedRequest {
  readonly headers: Pick<Headers, "get">;
  readonly body: Uint8Array;
}

/** A signature that fits. */
export interface Signature {
  /** Of HMAC-SHA-256: the same for the same message under the same secret, however the sender wrote it. */
  readonly digest: Buffer;
  /** Until when its time lets it pass, in ms since 1970; undefined where no time is signed. */
  readonly validUntil: number | undefined;
}

/** What a request claims by its headers. */
interface Claim {
  readonly signatures: readonly Buffer[];
  /** What is signed before the body. */
  readonly prefix: string;
  /** Seconds since 1970; undefined where the scheme signs none. */
  readonly time: number | undefined;
}

interface Scheme {
  /** @returns undefined when headers are missing or malformed. */
  readonly readClaim: (headers: SignedRequest["headers"]) => Claim | undefined;
  readonly keyOf: (secret: string) => Buffer;
}

const DEFAULT_TOLERANCE_SECONDS = 300;
const DIGEST_BYTES = 32;
/** Senders send two while they change a secret. */
const MAX_SIGNATURES = 10;

const SCHEMES: Readonly<Record<HmacAuth["scheme"], Scheme>> = {
  /** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
  generic: {
    readClaim(headers) {
      const id = headers.get("webhook-id");
      const time = readTime(headers.get("webhook-timestamp"));
      const listed = headers.get("webhook-signature")?.split(" ") ?? [];
      if (id === null || time === undefined) return undefined;
      return { signatures: pickSignatures(listed, "v1,", "base64"), prefix: `${id}.${time}.`, time };
    },
    keyOf: (secret) =>
      secret.startsWith("whsec_")
        ? Buffer.from(secret.slice("whsec_".length), "base64")
        : Buffer.from(secret),
  },
  /** https://docs.stripe.com/webhooks#verify-manually */
  stripe: {
    readClaim(headers) {
      const listed = headers.get("stripe-signature")?.split(",") ?? [];
      const time = readTime(listed.find((part) => part.startsWith("t="))?.slice("t=".length));
      if (time === undefined) return undefined;
      return { signatures: pickSignatures(listed, "v1=", "hex"), prefix: `${time}.`, time };
    },
    keyOf: (secret) => Buffer.from(secret),
  },
  /** https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries */
  github: {
    readClaim(headers) {
      const signature = headers.get("x-hub-signature-256") ?? "";
      return { signatures: pickSignatures([signature], "sha256=", "hex"), prefix: "", time: undefined };
    },
    keyOf: (secret) => Buffer.from(secret),
  },
  /** https://docs.slack.dev/authentication/verifying-requests-from-slack */
  slack: {
    readClaim(headers) {
      const signature = headers.get("x-slack-signature") ?? "";
      const time = readTime(headers.get("x-slack-request-timestamp"));
      if (time === undefined) return undefined;
      return { signatures: pickSignatures([signature], "v0=", "hex"), prefix: `v0:${time}:`, time };
    },
    keyOf: (secret) => Buffer.from(secret),
  },
};

/** Checks a request's signature in a time that tells nothing of it. @returns the reason of a refusal as a text. */
export function verifySignature(
  { scheme, toleranceSeconds = DEFAULT_TOLERANCE_SECONDS }: Omit<HmacAuth, "type" | "secret">,
  secret: string,
  { headers, body }: SignedRequest,
  now: number,
): Signature | string {
  const { readClaim, keyOf } = SCHEMES[scheme];
  const claim = readClaim(headers);
  if (claim === undefined || claim.signatures.length === 0)
    return "It is not signed, or not as it should be.";
  const { signatures, prefix, time } = claim;
  const digest = createHmac("sha256", keyOf(secret)).update(prefix).update(body).digest();
  if (!signatures.some((signature) => timingSafeEqual(signature, digest)))
    return "Its signature does not fit.";
  if (time === undefined) return { digest, validUntil: undefined };
  if (Math.abs(now / 1_000 - time) > toleranceSeconds) {
    return `The time of its signature is more than ${toleranceSeconds} s from now.`;
  }
  return { digest, validUntil: (time + toleranceSeconds) * 1_000 };
}

function readTime(text: string | null | undefined): number | undefined {
  return /^[1-9]\d{0,11}$/.test(text ?? "") ? Number(text) : undefined;
}

/** Those of a version, decoded; what has another length is none. */
function pickSignatures(listed: readonly string[], version: string, encoding: "hex" | "base64"): Buffer[] {
  return listed
    .map((part) => part.trim())
    .filter((part) => part.startsWith(version))
    .slice(0, MAX_SIGNATURES)
    .map((part) => Buffer.from(part.slice(version.length), encoding))
    .filter((signature) => signature.byteLength === DIGEST_BYTES);
}
