import { z } from "zod";
import { TENANT_ID_PATTERN } from "../../db/tenant-scope.ts";
import { moment } from "../../rest/route.ts";
import { email, triedPassword, user } from "../../users/user.ts";
import { ALL_PERMISSIONS } from "../permission.ts";
import { PRINCIPAL_KINDS } from "../principal.ts";

const MAX_LINK_LENGTH = 200;

export const passwordInput = z.strictObject({
  tenant: z.string().regex(TENANT_ID_PATTERN).optional().describe("Left out by superadmins."),
  email,
  password: triedPassword,
});
export type PasswordInput = z.output<typeof passwordInput>;

export const linkInput = z.strictObject({ link: z.string().max(MAX_LINK_LENGTH) });

/** Body of `POST /session`. */
export const sessionInput = z.union([passwordInput, linkInput]);

/** A session that has just begun. */
export const startedSession = z
  .object({
    token: z.string().describe("For programs: Authorization: Bearer TOKEN. Browsers have it as a cookie."),
    expiresAt: moment().describe("Without use; every use moves it on, up to seven days after the sign-in."),
    tenant: z.string().nullable(),
    user,
  })
  .meta({ id: "StartedSession" });
export type StartedSession = Readonly<z.output<typeof startedSession>>;

/** Who asks. */
export const presentIdentity = z
  .object({
    kind: z.enum(PRINCIPAL_KINDS),
    id: z.string().nullable().describe("Of the user or API key, or what the host calls its user."),
    tenant: z.string().nullable().describe("null for operators."),
    permissions: z.array(z.enum(ALL_PERMISSIONS)).readonly(),
    user: user.nullable().describe("Of those who signed in."),
  })
  .meta({ id: "PresentIdentity" });
export type PresentIdentity = Readonly<z.output<typeof presentIdentity>>;
