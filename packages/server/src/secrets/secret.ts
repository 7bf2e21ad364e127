import { z } from "zod";
import { createPageQuery } from "../rest/paging.ts";
import { moment } from "../rest/route.ts";

const NAME_PATTERN = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

/** What {@link isSecretName} asks for, in words. */
export const SECRET_NAME_RULE =
  "1 to 64 characters out of A-Z, a-z, 0-9, _, . and -, and begin with a letter";

const MAX_VALUE_BYTES = 64 * 1024;

export function isSecretName(text: string): boolean {
  return NAME_PATTERN.test(text);
}

/** A secret as everybody sees it; the value is no part of it. */
export const secret = z
  .object({
    name: z.string(),
    version: z.int().describe("How often the value was set."),
    createdAt: moment(),
    updatedAt: moment(),
    updatedBy: z.string().describe("Who set the value: the kind of principal and its id."),
  })
  .meta({ id: "Secret" });
export type Secret = Readonly<z.output<typeof secret>>;

/** Body of `PUT /secrets/{name}`. */
export const secretInput = z.strictObject({
  value: z
    .string()
    .min(1)
    .refine((text) => text.isWellFormed(), "must not hold unpaired surrogates")
    .refine((text) => Buffer.byteLength(text) <= MAX_VALUE_BYTES, "must have at most 64 KiB of UTF-8"),
});
export type SecretInput = z.output<typeof secretInput>;

/** The name of a secret, whether it is there or not. */
export const secretName = z.string().regex(NAME_PATTERN, `must have ${SECRET_NAME_RULE}`);

/** The name in the path of `PUT /secrets/{name}`. */
export const namedSecret = z.object({ name: secretName });

/** Query of `GET /secrets`. */
export const secretsQuery = z.strictObject(createPageQuery(isSecretName));
