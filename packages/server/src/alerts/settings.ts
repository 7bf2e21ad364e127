import { z } from "zod";
import { SkerryError } from "../problems/errors.ts";
import { secretName } from "../secrets/secret.ts";

const MAX_URL_LENGTH = 2_048;
const MAX_ADDRESSES = 10;
const MAX_ADDRESS_LENGTH = 254;
const MIN_THROTTLE_MS = 60_000;
const MAX_THROTTLE_MS = 24 * 60 * 60_000;
/** How long after a message the next one may follow, where the script does not say. */
export const DEFAULT_THROTTLE_MS = 5 * 60_000;

/** What RFC 5321 calls a Mailbox, in the letters that all servers take: nothing in it can end a line or an address. */
export const MAIL_ADDRESS = /^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+$/;

const webhook = z.strictObject({
  url: z
    .string()
    .max(MAX_URL_LENGTH)
    .refine(isWebAddress, "must be a URL with http or https, and without a user name and password"),
  secret: secretName.optional().describe("Name of the secret that signs. Without it nothing is signed."),
});

const address = z
  .string()
  .max(MAX_ADDRESS_LENGTH)
  .regex(MAIL_ADDRESS, "must be an e-mail address such as ops@example.com");

/** Who is told when an execution of the script is given up. */
export const onFailure = z
  .strictObject({
    webhook: webhook.optional(),
    email: z
      .array(address)
      .min(1)
      .max(MAX_ADDRESSES)
      .refine((addresses) => new Set(addresses).size === addresses.length, "must not name an address twice")
      .optional(),
    throttleMs: z
      .int()
      .min(MIN_THROTTLE_MS)
      .max(MAX_THROTTLE_MS)
      .optional()
      .describe("Webhook and e-mail each tell of one failure in this time. Default 300000."),
  })
  .refine((settings) => settings.webhook !== undefined || settings.email !== undefined, {
    message: "must name a webhook or e-mail addresses",
  })
  .optional();
export type FailureSettings = NonNullable<z.output<typeof onFailure>>;

function isWebAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
}

/** Checks that this installation sends what the settings ask for. @throws SkerryError `INPUT_INVALID`. */
export function requireMailable(settings: FailureSettings | undefined, sendsMail: boolean): void {
  if (sendsMail || settings?.email === undefined) return;
  const path = "settings.onFailure.email";
  const message =
    "this installation sends no e-mail. Its operator has to set SMTP_URL and SKERRY_MAIL_FROM; a webhook works without";
  throw new SkerryError("INPUT_INVALID", `${path}: ${message}.`, { details: [{ path, message }] });
}
