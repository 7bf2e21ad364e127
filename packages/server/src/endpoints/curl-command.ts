import { quoteForShell } from "../main/shell-text.ts";
import { takesBody } from "./test-request.ts";
import type { HttpMethod } from "./path-pattern.ts";
import type { EndpointAuth, HmacAuth } from "./settings.ts";

/** What is called. */
export interface CurlTarget {
  /** Absolute. */
  readonly url: string;
  readonly method: HttpMethod;
  readonly auth: EndpointAuth;
}

const EXAMPLE_BODY = "{}";
const JSON_HEADER = "content-type: application/json";

/**
 * A command for a POSIX shell that calls an endpoint. What is secret comes from the variables `API_KEY`, `TOKEN` or
 * `SECRET`; signed requests are signed by openssl.
 */
export function describeCurl(target: CurlTarget): string {
  const { auth } = target;
  switch (auth.type) {
    case "apiKey":
      return formatCall(target, ['"authorization: Bearer $API_KEY"']);
    case "jwt":
      return formatCall(target, ['"authorization: Bearer $TOKEN"']);
    case "hmac":
      return formatSignedCall(target, SIGNERS[auth.scheme]);
    default:
      return formatCall(target, []);
  }
}

/** How requests are signed, in lines of a shell that read `$SECRET` and `$body`: see `auth/signature.ts`. */
interface Signer {
  readonly lines: readonly string[];
  /** In double quotes. */
  readonly headers: readonly string[];
}

/** Of a text in hexadecimal digits, with the secret as it is. */
const HEX_SIGNATURE = `openssl dgst -sha256 -hmac "$SECRET" -r | cut -d ' ' -f 1`;

const SIGNERS: Readonly<Record<HmacAuth["scheme"], Signer>> = {
  generic: {
    lines: [
      `id="msg_$(openssl rand -hex 8)" time="$(date +%s)"`,
      `key="$(case "$SECRET" in (whsec_*) printf %s "\${SECRET#whsec_}" | base64 -d;; (*) printf %s "$SECRET";; esac | od -An -v -tx1 | tr -d ' \\n')"`,
      `signature="$(printf %s "$id.$time.$body" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64)"`,
    ],
    headers: ['"webhook-id: $id"', '"webhook-timestamp: $time"', '"webhook-signature: v1,$signature"'],
  },
  stripe: {
    lines: [`time="$(date +%s)"`, `signature="$(printf %s "$time.$body" | ${HEX_SIGNATURE})"`],
    headers: ['"stripe-signature: t=$time,v1=$signature"'],
  },
  github: {
    lines: [`signature="$(printf %s "$body" | ${HEX_SIGNATURE})"`],
    headers: ['"x-hub-signature-256: sha256=$signature"'],
  },
  slack: {
    lines: [`time="$(date +%s)"`, `signature="$(printf %s "v0:$time:$body" | ${HEX_SIGNATURE})"`],
    headers: ['"x-slack-request-timestamp: $time"', '"x-slack-signature: v0=$signature"'],
  },
};

function formatCall({ url, method }: CurlTarget, headers: readonly string[]): string {
  const body = takesBody(method) ? quoteForShell(EXAMPLE_BODY) : undefined;
  return formatCurl({ url, method, headers, body });
}

function formatSignedCall({ url, method }: CurlTarget, { lines, headers }: Signer): string {
  const hasBody = takesBody(method);
  const begin = `body=${hasBody ? quoteForShell(EXAMPLE_BODY) : "''"}`;
  const call = formatCurl({ url, method, headers, body: hasBody ? '"$body"' : undefined });
  return [begin, ...lines, call].join("\n");
}

interface CurlParts extends Pick<CurlTarget, "url" | "method"> {
  /** Each quoted already, as the body is. */
  readonly headers: readonly string[];
  readonly body: string | undefined;
}

function formatCurl({ url, method, headers, body }: CurlParts): string {
  const verb = method === "GET" ? "" : method === "HEAD" ? "--head " : `-X ${method} `;
  const sent = body === undefined ? headers : [`'${JSON_HEADER}'`, ...headers];
  const options = [
    ...sent.map((header) => `-H ${header}`),
    ...(body === undefined ? [] : [`--data-raw ${body}`]),
  ];
  return [`curl ${verb}${quoteForShell(url)}`, ...options].join(" \\\n  ");
}
