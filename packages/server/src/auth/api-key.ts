import { z } from "zod";
import { displayName } from "../rest/input.ts";
import { SCOPES } from "./principal.ts";
import type { Scope } from "./principal.ts";

/** An API key as its owner sees it; the secret is not part of it. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  /** To about half a minute. */
  readonly lastUsedAt: Date | null;
}

/** Body of `POST /api-keys`. Without `scopes` the key may do what its maker may. */
export const apiKeyInput = z.strictObject({
  name: displayName(100),
  scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length).optional(),
  expiresAt: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .refine((date) => date.getTime() > Date.now(), "lies in the past")
    .optional(),
});
export type ApiKeyInput = z.output<typeof apiKeyInput>;
