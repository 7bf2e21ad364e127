import { z } from "zod";
import { isSecretName, SECRET_NAME_RULE } from "../secrets/secret.ts";
import { HTTP_METHODS, PATH_PATTERN_HELP, isPathPattern } from "./path-pattern.ts";

const MAX_BODY_BYTES = 16 * 1024 * 1024;
const MAX_TOLERANCE_SECONDS = 60 * 60;
const MAX_ORIGINS = 50;
const MAX_HEADERS = 50;
const MAX_NAME_LENGTH = 200;
const MAX_URL_LENGTH = 2_048;
const MAX_AGE_SECONDS = 24 * 60 * 60;
/** A field name of HTTP (RFC 9110, 5.1). */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;

const secretName = z
  .string()
  .refine(isSecretName, `must be the name of a secret, which has ${SECRET_NAME_RULE}`);

const hmac = z
  .strictObject({
    type: z.literal("hmac"),
    scheme: z
      .enum(["generic", "stripe", "github", "slack"])
      .describe("Who signs; generic is Standard Webhooks (https://www.standardwebhooks.com)."),
    secret: secretName,
    toleranceSeconds: z
      .int()
      .min(1)
      .max(MAX_TOLERANCE_SECONDS)
      .optional()
      .describe("How old a signature may be. Default 300. GitHub signs no time."),
  })
  .refine(({ scheme, toleranceSeconds }) => scheme !== "github" || toleranceSeconds === undefined, {
    path: ["toleranceSeconds"],
    message: "must not be set: GitHub signs no time",
  });

const claim = z.string().min(1).max(MAX_NAME_LENGTH).optional();
const jwt = z
  .strictObject({
    type: z.literal("jwt"),
    secret: secretName
      .optional()
      .describe("A text of at least 32 bytes for HS256; or a public key as PEM, JSON Web Key or key set."),
    jwksUrl: z
      .string()
      .max(MAX_URL_LENGTH)
      .refine(isSafeUrl, "must be a URL with https, and without a user name and password")
      .optional()
      .describe("Where a JSON Web Key Set with public keys is, in place of the secret."),
    issuer: claim.describe("What the claim `iss` has to be."),
    audience: claim.describe("What the claim `aud` has to hold."),
  })
  .refine(({ secret, jwksUrl }) => (secret === undefined) !== (jwksUrl === undefined), {
    message: "needs either secret or jwksUrl",
  });

const auth = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("none") }),
    z.strictObject({ type: z.literal("apiKey") }),
    jwt,
    hmac,
  ])
  .optional()
  .describe("What a request has to prove before the script runs. Default none.");
export type EndpointAuth = Readonly<NonNullable<z.output<typeof auth>>>;
export type HmacAuth = Readonly<z.output<typeof hmac>>;
export type JwtAuth = Readonly<z.output<typeof jwt>>;

const headerNames = z.array(z.string().max(MAX_NAME_LENGTH).regex(HEADER_NAME, "must be a header's name"));

const cors = z
  .strictObject({
    origins: z
      .array(z.string().max(MAX_NAME_LENGTH).refine(isOrigin, 'must be "*" or as in https://app.example.com'))
      .min(1)
      .max(MAX_ORIGINS)
      .refine((origins) => !origins.includes("*") || origins.length === 1, '"*" stands alone'),
    methods: z.array(z.enum(HTTP_METHODS)).min(1).optional().describe("Default those of the script."),
    headers: headerNames.max(MAX_HEADERS).optional().describe("Default whatever is asked for."),
    exposedHeaders: headerNames.max(MAX_HEADERS).optional(),
    credentials: z.boolean().optional(),
    maxAgeSeconds: z.int().min(0).max(MAX_AGE_SECONDS).optional().describe("Default 5, as browsers have it."),
  })
  .refine(({ origins, credentials }) => credentials !== true || !origins.includes("*"), {
    path: ["credentials"],
    message: 'need origins by name: with "*" any site could act for its visitors',
  })
  .optional()
  .describe("Pages of which other origins may read the answers. Default none.");
export type CorsPolicy = Readonly<NonNullable<z.output<typeof cors>>>;

/** Keys from an address that others on the way can change prove nothing. */
function isSafeUrl(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === "https:" && url.username === "" && url.password === "";
}

function isOrigin(text: string): boolean {
  return text === "*" || URL.parse(text)?.origin === text;
}

/** The settings of `http` scripts that are about requests. */
export const ENDPOINT_SETTINGS = {
  path: z.string().refine(isPathPattern, PATH_PATTERN_HELP).optional(),
  methods: z
    .array(z.enum(HTTP_METHODS))
    .min(1)
    .refine((methods) => new Set(methods).size === methods.length, "must not name a method twice")
    .optional(),
  auth,
  cors,
  bodyBytes: z
    .int()
    .min(0)
    .max(MAX_BODY_BYTES)
    .optional()
    .describe("Largest body of a request. Default, and in any case at most, what the installation takes."),
  exposeErrors: z
    .boolean()
    .optional()
    .describe("Whether callers are told message and stack of errors. Default false."),
} as const;
