import { z } from "zod";
import { readSecret } from "../secrets.ts";
import type { SecretSource } from "../secrets.ts";
import { createHttpError } from "./errors.ts";
import { isHeaderValue } from "./headers.ts";
import type { HeaderEntry } from "./headers.ts";

const MAX_NAME_LENGTH = 64;
const MAX_USERNAME_LENGTH = 256;

/** Text, or the name of the secret that holds it. */
export const headerValue = z.union([z.string(), z.strictObject({ secret: z.string().max(MAX_NAME_LENGTH) })]);
export type HeaderValue = z.output<typeof headerValue>;

/** How a request says on whose behalf it comes: RFC 6750, section 2.1, and RFC 7617. */
export const credentials = z.union([
  z.strictObject({ bearer: headerValue }),
  z.strictObject({
    username: z
      .string()
      .max(MAX_USERNAME_LENGTH)
      // oxlint-disable-next-line no-control-regex -- they are what may not be there
      .regex(/^[^:\u0000-\u001f\u007f]*$/, "must hold no colon and no control characters"),
    password: headerValue,
  }),
]);
export type Credentials = z.output<typeof credentials>;

/** A header whose value the host makes, once it is known where the request goes. */
export interface SealedHeader {
  readonly name: string;
  /** Secrets that are in it. */
  readonly secrets: readonly string[];
  readonly seal: (valueOf: (value: HeaderValue) => string) => string;
}

/** A header with a secret for its value. */
export function sealHeader(name: string, value: HeaderValue): SealedHeader {
  return { name, secrets: secretsIn(value), seal: (valueOf) => valueOf(value) };
}

/** The header `Authorization`. */
export function sealCredentials(wished: Credentials): SealedHeader {
  const name = "authorization";
  if ("bearer" in wished) {
    const { bearer } = wished;
    return { name, secrets: secretsIn(bearer), seal: (valueOf) => `Bearer ${valueOf(bearer)}` };
  }
  const { username, password } = wished;
  return {
    name,
    secrets: secretsIn(password),
    seal: (valueOf) => `Basic ${Buffer.from(`${username}:${valueOf(password)}`).toString("base64")}`,
  };
}

/**
 * Puts the values in. To be called when nothing else can refuse the request before it is sent.
 *
 * @param url where it goes first.
 * @throws CapabilityError `SECRET_NOT_FOUND`, `SECRET_KEY_MISSING`, `HTTP_SECRET_REFUSED`, `HTTP_HEADER_REFUSED`.
 */
export async function unsealHeaders(
  sealed: readonly SealedHeader[],
  { source, tenant, url, isInternal }: UnsealOptions,
): Promise<HeaderEntry[]> {
  const names = new Set(sealed.flatMap(({ secrets }) => secrets));
  const values = new Map<string, string>();
  for (const name of names) {
    if (url.protocol !== "https:" && !isInternal) refusePlain(name, url);
    values.set(name, await readSecret(source, tenant, name));
  }
  const valueOf = (value: HeaderValue): string =>
    typeof value === "string" ? value : (values.get(value.secret) ?? "");
  return sealed.map(({ name, secrets, seal }): HeaderEntry => {
    const text = seal(valueOf);
    if (!isHeaderValue(text)) refuseValue(name, secrets);
    return [name, text];
  });
}

interface UnsealOptions {
  readonly source: SecretSource;
  readonly tenant: string;
  readonly url: URL;
  /** Whether the host product named it: then it may do without TLS. */
  readonly isInternal: boolean;
}

function secretsIn(value: HeaderValue): readonly string[] {
  return typeof value === "string" ? [] : [value.secret];
}

function refusePlain(name: string, { hostname }: URL): never {
  throw createHttpError(
    "HTTP_SECRET_REFUSED",
    `The secret ${JSON.stringify(name)} is not sent to ${hostname} over http:; use https:.`,
  );
}

function refuseValue(name: string, secrets: readonly string[]): never {
  const holder = secrets.length === 0 ? "" : `, made of the secret ${secrets.join(" and ")},`;
  throw createHttpError(
    "HTTP_HEADER_REFUSED",
    `The value of the header ${name}${holder} holds a line break, control character or a character above U+00FF, or is too long.`,
  );
}
