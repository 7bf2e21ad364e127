import { z } from "zod";
import { TENANT_ID_PATTERN } from "../../db/tenant-scope.ts";
import { defineRoute } from "../../rest/route.ts";

const MAX_PATH_LENGTH = 2_000;

/** A place on this origin: what a browser reads as another host, such as `//host` and `/\host`, is none. */
const returnPath = z
  .string()
  .max(MAX_PATH_LENGTH)
  .regex(/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/, "must be a path of this server, such as /scripts");

export const startProviderSignIn = defineRoute({
  operation: "session.startAtProvider",
  method: "GET",
  path: "/session/oidc/start",
  summary: "Sends the browser to the identity provider.",
  access: "public",
  query: z.strictObject({
    tenant: z.string().regex(TENANT_ID_PATTERN).optional().describe("Left out by superadmins."),
    return: returnPath
      .optional()
      .describe("Where the browser goes when it is signed in. Default: the home page."),
  }),
  answers: { 303: null },
  errors: ["OIDC_NOT_CONFIGURED", "OIDC_UNAVAILABLE"],
});

export const concludeProviderSignIn = defineRoute({
  operation: "session.concludeAtProvider",
  method: "GET",
  path: "/session/oidc/callback",
  summary: "Where the identity provider sends the browser back: signs in and goes on to the page asked for.",
  access: "public",
  query: z.looseObject({
    code: z.string().optional(),
    state: z.string().optional(),
    iss: z.string().optional(),
    error: z.string().optional(),
  }),
  answers: { 303: null },
  errors: ["OIDC_FAILED", "OIDC_USER_UNKNOWN", "TENANT_SUSPENDED", "OIDC_NOT_CONFIGURED", "OIDC_UNAVAILABLE"],
});

export const OIDC_ROUTES = [startProviderSignIn, concludeProviderSignIn] as const;
