import { CapabilityError } from "@skerry/sandbox";
import type { ErrorKind } from "@skerry/sandbox";

interface ErrorRow {
  readonly kind: ErrorKind;
  /** What it means and how to mend it; `docs/errors.md` is generated from it. */
  readonly help: string;
}

/** Every code that `http.request` can give to a script, in one place. */
export const HTTP_ERRORS = {
  HTTP_URL_INVALID: {
    kind: "user",
    help: "The URL cannot be requested: it does not parse, is not http or https, carries a user name or password, or is too long.",
  },
  HTTP_METHOD_REFUSED: {
    kind: "user",
    help: "The method may not be sent (CONNECT, TRACE, TRACK), or a GET or HEAD request carries a body.",
  },
  HTTP_HEADER_REFUSED: {
    kind: "user",
    help: "A request header has an invalid name or value, belongs to the connection (Host, Content-Length, Transfer-Encoding …), claims a forwarding proxy (Forwarded, X-Forwarded-*), or there are too many.",
  },
  HTTP_DESTINATION_REFUSED: {
    kind: "user",
    help: "The host, its address or the port is not open to the tenant's scripts. The host product can allow named internal destinations, and plans can list hosts.",
  },
  HTTP_SECRET_REFUSED: {
    kind: "user",
    help: "The request would send a secret without TLS. Secrets go to `https:` URLs, and to internal hosts that the host product named.",
  },
  HTTP_BODY_LIMIT: {
    kind: "user",
    help: "The request body is larger than the limit that the message names.",
  },
  HTTP_RESPONSE_LIMIT: {
    kind: "user",
    help: "The response is larger than the limit that the message names: its headers, or its body after decompression.",
  },
  HTTP_RESPONSE_INVALID: {
    kind: "user",
    help: "The server's answer is not valid HTTP, or its body does not decompress.",
  },
  HTTP_TIMEOUT: {
    kind: "user",
    help: "The request did not finish in time, connecting, redirects and body included. Raise `timeoutMs` up to the limit.",
  },
  HTTP_DNS: { kind: "user", help: "The host name does not resolve to an address." },
  HTTP_CONNECT: {
    kind: "user",
    help: "The connection could not be made, or broke before the response was complete.",
  },
  HTTP_TLS: {
    kind: "user",
    help: "The TLS handshake failed; usually the server's certificate is not valid for the host.",
  },
  HTTP_REDIRECT_LIMIT: { kind: "user", help: "The server redirected more often than allowed." },
  HTTP_REDIRECT_REFUSED: {
    kind: "user",
    help: 'The server redirected although the request said `redirect: "error"`.',
  },
  HTTP_BUSY: {
    kind: "user",
    help: "Too many requests of this tenant wait for a free connection. Await earlier requests before sending more.",
  },
  HTTP_ABORTED: {
    kind: "user",
    help: "The execution ended, or the server shut down, before the request was finished.",
  },
} as const satisfies Record<string, ErrorRow>;

/** A stable code of {@link HTTP_ERRORS}. */
export type HttpErrorCode = keyof typeof HTTP_ERRORS;

/** An error of {@link HTTP_ERRORS} for the guest. Messages name what the script itself said, never an address. */
export function createHttpError(code: HttpErrorCode, message: string): CapabilityError {
  return new CapabilityError(code, message);
}
