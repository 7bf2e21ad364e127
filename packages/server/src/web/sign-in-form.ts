import { z } from "zod";
import type { Origin } from "../auth/principal.ts";
import type { SessionService } from "../auth/sessions/service.ts";
import { linkInput, passwordInput } from "../auth/sessions/session.ts";
import type { StartedSession } from "../auth/sessions/session.ts";
import { SkerryError } from "../problems/errors.ts";
import { checkInput } from "../rest/input.ts";
import type { SiteAddress } from "../rest/site-address.ts";
import type { Messages } from "./messages/messages.ts";

/** As much of a form's fields as is worth showing again. */
const shown = z.string().max(300).default("");
/** Where one goes then. Whoever reads it has to make sure that it is ours: see `ownPath`. */
const to = z.string().max(2_000).default("");

/** Query of `/sign-in`. */
export const signInQuery = z.object({ to, tenant: shown });

/** Fields of the forms at `/sign-in`: either the link, or the others. */
export const signInForm = signInQuery.extend({
  link: z.string().optional(),
  email: shown,
  password: z.string().default(""),
});
export type SignInForm = z.output<typeof signInForm>;

/** @throws SkerryError `INPUT_INVALID`, or as the service does. */
export async function signIn(
  sessions: SessionService,
  origin: Origin,
  { link, tenant, email, password }: SignInForm,
): Promise<StartedSession> {
  if (link !== undefined) return await sessions.signInByLink(origin, checkInput(linkInput, { link }).link);
  const input = { ...(tenant !== "" && { tenant }), email, password };
  return await sessions.signInByPassword(origin, checkInput(passwordInput, input));
}

/** What the page says when somebody is not let in. Rethrows what is not about them. */
export function describeRefusal(
  thrown: unknown,
  { link }: SignInForm,
  { signIn: { refusals, linkRefused } }: Messages,
): { readonly status: number; readonly text: string } {
  if (!(thrown instanceof SkerryError) || !isRefusal(thrown.code, refusals)) throw thrown;
  const { code, status } = thrown;
  const isUnknown = code === "SIGN_IN_FAILED" || code === "INPUT_INVALID";
  return { status, text: link !== undefined && isUnknown ? linkRefused : refusals[code] };
}

function isRefusal<Code extends string>(code: string, texts: Readonly<Record<Code, string>>): code is Code {
  return Object.hasOwn(texts, code);
}

/** What was typed, else the tenant of the page that somebody wanted to see. */
export function tenantOf(
  { to: path, tenant }: z.output<typeof signInQuery>,
  { basePath }: Pick<SiteAddress, "basePath">,
): string {
  return tenant === "" ? (/^\/t\/([^/?]+)/.exec(path.slice(basePath.length))?.[1] ?? "") : tenant;
}
