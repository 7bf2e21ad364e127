import { z } from "zod";
import { USER_ROLES, USER_STATUSES } from "../db/schema.ts";
import { displayName, storableText } from "../rest/input.ts";
import { isUuid } from "../rest/ids.ts";
import { createPageQuery } from "../rest/paging.ts";
import { moment } from "../rest/route.ts";

/** Roles of users within a tenant. A superadmin belongs to the installation. */
export const TENANT_ROLES = USER_ROLES.filter((role) => role !== "superadmin");

/** NIST SP 800-63B, section 3.1.1, asks for no rules beside a least length. */
const MIN_PASSWORD_LENGTH = 12;
const MAX_PASSWORD_LENGTH = 256;
/** RFC 5321, section 4.5.3.1.3, less the brackets. */
const MAX_EMAIL_LENGTH = 254;

/** Somebody who signs in, as admins see them. */
export const user = z
  .object({
    id: z.uuid(),
    email: z.string().describe("In lower case."),
    name: z.string(),
    role: z.enum(USER_ROLES),
    status: z.enum(USER_STATUSES).describe("A disabled user cannot sign in."),
    hasPassword: z.boolean(),
    createdAt: moment(),
    updatedAt: moment(),
    lastSignInAt: moment().nullable(),
  })
  .meta({ id: "User" });
export type User = Readonly<z.output<typeof user>>;

/** Compared in lower case, as every provider of mailboxes does. */
export const email = z
  .string()
  .max(MAX_EMAIL_LENGTH)
  .transform((text) => text.trim().toLowerCase())
  .pipe(z.email("must be an e-mail address"));

/** A password that somebody wants from now on. */
const newPassword = storableText(MAX_PASSWORD_LENGTH).min(
  MIN_PASSWORD_LENGTH,
  `must have at least ${MIN_PASSWORD_LENGTH} characters`,
);

/** A password that is tried: only its size is looked at before it is compared. */
export const triedPassword = z.string().max(MAX_PASSWORD_LENGTH);

const MAX_NAME_LENGTH = 200;
const name = displayName(MAX_NAME_LENGTH);

const newcomer = z.strictObject({
  email,
  name: name.optional().describe("Default what stands before the @ of the e-mail address."),
  password: newPassword.optional(),
});

function nameNewcomer<Typed extends Omit<z.output<typeof newcomer>, "password">>(typed: Typed) {
  return { ...typed, name: typed.name ?? typed.email.replace(/@.*$/, "").slice(0, MAX_NAME_LENGTH) };
}

/** Body of `POST /operators`. */
export const operatorInput = newcomer.transform(nameNewcomer);
export type OperatorInput = z.output<typeof operatorInput>;

/** Body of `POST /users`. Without `password` the user signs in by link or identity provider. */
export const userInput = newcomer.extend({ role: z.enum(TENANT_ROLES) }).transform(nameNewcomer);
export type UserInput = z.output<typeof userInput>;

/** Body of `PATCH /operators/{operator}`. */
export const operatorChange = z.strictObject({
  name: name.optional(),
  status: z.enum(USER_STATUSES).optional(),
  password: newPassword.nullable().optional().describe("null removes it."),
});

/** Body of `PATCH /users/{user}`. */
export const userChange = operatorChange.extend({ role: z.enum(TENANT_ROLES).optional() });
export type UserChange = z.output<typeof userChange>;

/** What users change of themselves. */
export const ownName = z.strictObject({ name });
export const ownPassword = z.strictObject({
  currentPassword: triedPassword.optional(),
  password: newPassword,
});
export type OwnPassword = z.output<typeof ownPassword>;

/** Query of the lists of users; by `email` at most one. */
export const usersQuery = z.strictObject({ ...createPageQuery(isUuid), email: email.optional() });
export type UsersQuery = z.output<typeof usersQuery>;

/** A link that signs its user in, once. */
export const signInLink = z
  .object({
    url: z.string().describe("For a browser. Relative to the server where it does not know its own address."),
    link: z.string().describe("For the field `link` of POST /session."),
    expiresAt: moment(),
  })
  .meta({ id: "SignInLink" });
export type SignInLink = Readonly<z.output<typeof signInLink>>;
