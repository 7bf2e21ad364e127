import { z } from "zod";
import { displayName } from "../rest/input.ts";
import { moment } from "../rest/route.ts";
import { ALL_PERMISSIONS } from "./permission.ts";

/** An API key as its owner sees it; the secret is not part of it. */
export const apiKey = z
  .object({
    id: z.uuid(),
    name: z.string(),
    prefix: z.string().describe("The readable beginning of the key."),
    scopes: z.array(z.enum(ALL_PERMISSIONS)).readonly(),
    createdAt: moment(),
    expiresAt: moment().nullable(),
    lastUsedAt: moment().nullable().describe("To about half a minute."),
  })
  .meta({ id: "ApiKey" });
export type ApiKey = Readonly<z.output<typeof apiKey>>;

/** Body of `POST /api-keys`. Without `scopes` the key may do what its maker may. */
export const apiKeyInput = z.strictObject({
  name: displayName(100),
  scopes: z.array(z.enum(ALL_PERMISSIONS)).min(1).max(ALL_PERMISSIONS.length).optional(),
  expiresAt: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .refine((date) => date.getTime() > Date.now(), "lies in the past")
    .optional(),
});
export type ApiKeyInput = z.output<typeof apiKeyInput>;
