import { hkdfSync } from "node:crypto";
import { EncryptJWT, jwtDecrypt } from "jose";
import { z } from "zod";

/** What a sign-in at the provider that has begun needs when the browser comes back. */
export interface Flow {
  readonly state: string;
  readonly nonce: string;
  /** Proof Key for Code Exchange (RFC 7636). */
  readonly verifier: string;
  readonly tenant: string | null;
  /** Where the browser goes afterwards: a path of this origin. */
  readonly returnPath: string;
}

/** Keeps flows in the browser that began them, so that any node can go on: as text that it can neither read nor make. */
export interface FlowSeal {
  seal(flow: Flow): Promise<string>;
  /** @returns undefined for what was not sealed here or is older than ten minutes. */
  open(text: string): Promise<Flow | undefined>;
}

export const FLOW_SECONDS = 10 * 60;

const ALGORITHMS = { alg: "dir", enc: "A256GCM" } as const;
const KEY_BYTES = 32;
const PURPOSE = "skerry oidc flow";

const flow = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  tenant: z.string().nullable(),
  returnPath: z.string(),
});

/** The key comes from the client's secret, which all nodes have. */
export function createFlowSeal(clientSecret: string): FlowSeal {
  const key = new Uint8Array(hkdfSync("sha256", clientSecret, "", PURPOSE, KEY_BYTES));
  return {
    seal: async (sealed) =>
      await new EncryptJWT({ ...sealed })
        .setProtectedHeader(ALGORITHMS)
        .setExpirationTime(`${FLOW_SECONDS}s`)
        .encrypt(key),

    async open(text) {
      try {
        const { payload } = await jwtDecrypt(text, key, {
          keyManagementAlgorithms: [ALGORITHMS.alg],
          contentEncryptionAlgorithms: [ALGORITHMS.enc],
          requiredClaims: ["exp"],
        });
        return flow.parse(payload);
      } catch {
        return undefined;
      }
    },
  };
}
