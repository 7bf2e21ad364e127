import { getCookie, setCookie } from "hono/cookie";
import { describeCookie } from "../auth/sessions/cookie.ts";
import type { SiteAddress } from "../rest/site-address.ts";
import { isLanguage, LANGUAGES } from "./messages/messages.ts";
import type { Language } from "./messages/messages.ts";
import type { PageContext } from "./page.ts";
import type { Theme } from "./view.ts";

/** The page's own scripts change it, so it is theirs to read. */
export const THEME_COOKIE = "skerry_theme";
const LANGUAGE_COOKIE = "skerry_language";
/** Sent by embedded pages, whose language the page around them chooses. */
export const LANGUAGE_HEADER = "Skerry-Language";
const YEAR_SECONDS = 365 * 24 * 60 * 60;
/** More are not looked at. */
const MAX_ACCEPTED = 20;

/** The chosen theme; undefined leaves it to the system. */
export function readTheme(context: PageContext): Theme | undefined {
  const theme = getCookie(context, THEME_COOKIE);
  return theme === "light" || theme === "dark" ? theme : undefined;
}

/** The chosen language, else the first one that the browser asks for (RFC 9110, section 12.5.4) and that is there. */
export function readLanguage(context: PageContext): Language {
  const chosen = context.req.header(LANGUAGE_HEADER) ?? getCookie(context, LANGUAGE_COOKIE);
  if (isLanguage(chosen)) return chosen;
  return readAccepted(context.req.header("accept-language") ?? "").find(isLanguage) ?? LANGUAGES[0];
}

function readAccepted(header: string): string[] {
  const accepted = header
    .split(",", MAX_ACCEPTED)
    .map((part) => /^\s*([a-z]{1,8})(?:-[\w-]{1,40})?\s*(?:;\s*q=([01](?:\.\d{1,3})?))?\s*$/i.exec(part))
    .filter((match) => match !== null)
    .map(([, language = "", weight = "1"]) => ({ language: language.toLowerCase(), weight: Number(weight) }));
  return accepted.sort((one, other) => other.weight - one.weight).map(({ language }) => language);
}

export function writeLanguage(context: PageContext, site: SiteAddress, language: Language): void {
  setCookie(context, LANGUAGE_COOKIE, language, describeCookie(context, site, YEAR_SECONDS));
}
