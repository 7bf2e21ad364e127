import { CapabilityError } from "@skerry/sandbox";
import { errors } from "undici";
import { createHttpError } from "./errors.ts";
import type { HttpErrorCode } from "./errors.ts";

/** Codes of Node, OpenSSL and undici by what they mean to a script; the first match counts. */
const MEANINGS: ReadonlyArray<readonly [pattern: RegExp, code: HttpErrorCode, text: string]> = [
  [/^UND_ERR_HEADERS_OVERFLOW$/, "HTTP_RESPONSE_LIMIT", "sent too many bytes of headers"],
  [/^(?:HPE_|UND_ERR_RES_|UND_ERR_INFO$)/, "HTTP_RESPONSE_INVALID", "did not answer with valid HTTP"],
  [
    /^(?:ERR_TLS_|ERR_SSL_|ERR_OSSL_|EPROTO$|CERT_|.*_CERT(?:_|$)|.*CERTIFICATE|.*_CRL|HOSTNAME_MISMATCH$)/,
    "HTTP_TLS",
    "failed the TLS handshake",
  ],
  [
    /^(?:UND_ERR_DESTROYED|UND_ERR_CLOSED)$/,
    "HTTP_ABORTED",
    "is not connected any more: the server shuts down",
  ],
];

/**
 * Turns the failure of a connection into the error for the script: what it means and the library's code, which
 * names no address. An error without a code is a fault of ours and comes back as it is.
 */
export function explainFailure(error: unknown, hostname: string): unknown {
  if (error instanceof CapabilityError) return error;
  const code = readCode(error);
  if (code === undefined) return error;
  for (const [pattern, httpCode, text] of MEANINGS) {
    if (pattern.test(code)) return createHttpError(httpCode, `${hostname} ${text} (${code}).`);
  }
  return createHttpError("HTTP_CONNECT", `The connection to ${hostname} failed (${code}).`);
}

function readCode(error: unknown): string | undefined {
  // Some of the parser's findings have no code of their own.
  if (error instanceof errors.HTTPParserError) return error.code ?? "HPE_INVALID";
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}
