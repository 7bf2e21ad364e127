import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from "openid-client";
import type { Configuration } from "openid-client";
import { z } from "zod";
import { SkerryError } from "../../problems/errors.ts";
import type { VouchedUser } from "../sessions/service.ts";
import { requireSafeUrl } from "../token-keys.ts";
import type { Flow } from "./flow.ts";

/** This installation as a client of an identity provider that speaks OpenID Connect. */
export interface OidcOptions {
  /** Its issuer, from which the rest of its configuration is found: `https:`, or `http:` on this machine. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The secrets of one flow. */
export type FlowSecrets = Pick<Flow, "state" | "nonce" | "verifier">;

/** An identity provider, found out about when it is first needed. */
export interface IdentityProvider {
  /** @returns where the browser signs in. @throws SkerryError `OIDC_UNAVAILABLE`. */
  begin(redirectUri: string): Promise<{ readonly address: URL; readonly secrets: FlowSecrets }>;
  /**
   * Exchanges what the browser came back with for the user.
   *
   * @throws SkerryError `OIDC_UNAVAILABLE`, or whatever makes the answer one that is not accepted.
   */
  conclude(callback: URL, secrets: FlowSecrets): Promise<VouchedUser>;
}

const TIMEOUT_S = 5;
const SCOPE = "openid email";

const profile = z.object({ email: z.string().optional(), email_verified: z.boolean().optional() });

/** @throws StartError `CONFIG_INVALID`. */
export function createIdentityProvider(options: OidcOptions): IdentityProvider {
  const { clientId, clientSecret } = options;
  const issuer = requireSafeUrl(options.issuer);
  let discovered: Promise<Configuration> | undefined;

  async function discover(): Promise<Configuration> {
    const execute = [
      enableNonRepudiationChecks,
      ...(issuer.protocol === "http:" ? [allowInsecureRequests] : []),
    ];
    try {
      return await discovery(issuer, clientId, clientSecret, undefined, { execute, timeout: TIMEOUT_S });
    } catch (error) {
      discovered = undefined;
      throw new SkerryError("OIDC_UNAVAILABLE", "The identity provider does not answer. Retry later.", {
        cause: error,
        headers: { "retry-after": "5" },
      });
    }
  }

  function configuration(): Promise<Configuration> {
    return (discovered ??= discover());
  }

  return {
    async begin(redirectUri) {
      const secrets = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
      const address = buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope: SCOPE,
        state: secrets.state,
        nonce: secrets.nonce,
        code_challenge: await calculatePKCECodeChallenge(secrets.verifier),
        code_challenge_method: "S256",
      });
      return { address, secrets };
    },

    async conclude(callback, { state, nonce, verifier }) {
      const config = await configuration();
      const tokens = await authorizationCodeGrant(config, callback, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new Error("the provider gave no identity token");
      const { iss, sub } = claims;
      const { email, email_verified: verified } = profile.parse(
        "email" in claims || config.serverMetadata().userinfo_endpoint === undefined
          ? claims
          : await fetchUserInfo(config, tokens.access_token, sub),
      );
      return {
        issuer: iss,
        subject: sub,
        verifiedEmail: verified === true ? email?.toLowerCase() : undefined,
      };
    },
  };
}
