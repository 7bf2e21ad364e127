import { QUOTA_ERRORS } from "../../quotas/errors.ts";
import { defineNamespace } from "../namespace.ts";
import type { MemberDefinition } from "../namespace.ts";
import { SECRET_ERRORS } from "../../secrets/errors.ts";
import { HTTP_ERRORS } from "./errors.ts";
import { httpRequestInput } from "./input.ts";
import { MAX_ATTEMPTS } from "./retry.ts";
import { DEFAULT_HTTP_LIMITS } from "./sender.ts";

const { timeoutMs, requestBytes, responseBytes, redirects, concurrentPerTenant } = DEFAULT_HTTP_LIMITS;
const MIB = 1024 * 1024;
/** Room for URL and headers beside the body. */
const ARGUMENT_BYTES = 256 * 1024;
const ERRORS = {
  ...HTTP_ERRORS,
  QUOTA_EXCEEDED: QUOTA_ERRORS.QUOTA_EXCEEDED,
  SECRET_NOT_FOUND: SECRET_ERRORS.SECRET_NOT_FOUND,
  SECRET_KEY_MISSING: SECRET_ERRORS.SECRET_KEY_MISSING,
};

export const HTTP = defineNamespace({
  name: "http",
  summary:
    "Requests to public servers, with whole answers. Statuses of 400 and above are answers too, not errors. The global `fetch` sends by the same rules, without `auth`, `retry` and secrets. Each try counts as an outbound call of the tenant. Cookies are not kept. See [docs/http.md](http.md).",
  types: `/** A secret that the host puts in where it stands: its value never comes into the script. */
interface SecretReference {
  toString(): never;
}

interface HttpRetry {
  /** Tries at most, the first among them: 1 to ${MAX_ATTEMPTS}. */
  readonly attempts: number;
  /** Before the second try; doubles for each one after, half of it by chance. Default 250. */
  readonly backoffMs?: number;
  /** Statuses that are worth another try. Default 429, 502, 503 and 504. */
  readonly on?: readonly number[];
  /** Needed for POST, PATCH and other methods that may do twice what was asked for once. */
  readonly unsafe?: boolean;
}

interface HttpOptions {
  /** Added to the query of the URL; a list repeats its name, \`null\` and \`undefined\` are left out. */
  readonly query?: Readonly<Record<string, unknown>>;
  readonly headers?: HeadersInit | Readonly<Record<string, string | SecretReference>>;
  /** A bearer token, or user name and password. It does not follow a redirect to another origin. */
  readonly auth?:
    | string
    | SecretReference
    | { readonly username: string; readonly password: string | SecretReference };
  /** Sent as JSON. At most one of \`json\`, \`form\`, \`multipart\` and \`body\` may be there. */
  readonly json?: unknown;
  /** Sent as \`application/x-www-form-urlencoded\`. */
  readonly form?: Readonly<Record<string, unknown>>;
  /** Sent as \`multipart/form-data\`; a value may be a Blob or a File. */
  readonly multipart?: Readonly<Record<string, unknown>>;
  /** A stream is gathered before it is sent. */
  readonly body?: BodyInit;
  /** Longest time for all tries in ms, within the host's own limit. */
  readonly timeoutMs?: number;
  /** Default: it is tried once. */
  readonly retry?: HttpRetry;
  /** Default \`follow\`; \`manual\` gives the redirect itself. */
  readonly redirect?: "follow" | "manual" | "error";
}

interface HttpRequestOptions extends HttpOptions {
  /** Default \`GET\`. */
  readonly method?: string;
}

interface HttpReply {
  readonly status: number;
  /** Whether the status is 200 to 299. */
  readonly ok: boolean;
  /** By lower-case name; several of one name are joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** As text. */
  readonly body: string;
  /** The body as JSON. Throws a SyntaxError when it is not. */
  json<Value = any>(): Value;
  bytes(): Uint8Array<ArrayBuffer>;
}`,
  calls: { request: { input: httpRequestInput, maxInputBytes: requestBytes + ARGUMENT_BYTES } },
  members: {
    get: describeMethod(
      "GET",
      'const reply = await ctx.http.get("https://api.example.com/orders", { query: { page: 2 } });',
    ),
    post: describeMethod(
      "POST",
      'await ctx.http.post("https://api.example.com/orders", { json: { sku: "A1" } });',
    ),
    put: describeMethod(
      "PUT",
      'await ctx.http.put("https://api.example.com/orders/7", { json: { sku: "A1" } });',
    ),
    patch: describeMethod(
      "PATCH",
      'await ctx.http.patch("https://api.example.com/orders/7", { json: { paid: true } });',
    ),
    delete: describeMethod("DELETE", 'await ctx.http.delete("https://api.example.com/orders/7");'),
    request: {
      signature: "(url: string | URL, options?: HttpRequestOptions): Promise<HttpReply>",
      summary: "Sends a request of any method.",
      calls: ["request"],
      errors: Object.keys(ERRORS),
      example: 'const { status } = await ctx.http.request("https://example.com/", { method: "HEAD" });',
    },
    secret: {
      signature: "(name: string): SecretReference",
      summary:
        "Stands for a secret of the tenant in `auth` and `headers`. The host puts the value in once it is sure where the request goes, over `https:` only; a redirect to another origin does not get it.",
      calls: [],
      errors: [],
      example: `const { secret } = ctx.http;
await ctx.http.get("https://api.example.com/charges", { auth: secret("PAYMENT_KEY") });`,
    },
  },
  limits: [
    { name: "time of a request", value: `${timeoutMs} ms` },
    { name: "request body", value: `${requestBytes / MIB} MiB` },
    { name: "response body", value: `${responseBytes / MIB} MiB after decompression` },
    { name: "redirects", value: String(redirects) },
    { name: "tries of a request", value: String(MAX_ATTEMPTS) },
    { name: "requests of one tenant at a time", value: `${concurrentPerTenant}; more wait in line` },
  ],
  errors: ERRORS,
});

function describeMethod(method: string, example: string): MemberDefinition {
  return {
    signature: "(url: string | URL, options?: HttpOptions): Promise<HttpReply>",
    summary: `Sends a \`${method}\` request.`,
    calls: ["request"],
    errors: Object.keys(ERRORS),
    example,
  };
}
