import { getCookie, setCookie } from "hono/cookie";
import { z } from "zod";
import { describeCookie } from "../auth/sessions/cookie.ts";
import type { SiteAddress } from "../rest/site-address.ts";
import type { PageContext, Toast } from "./page.ts";

const COOKIE = "skerry_toast";
/** Longer ones would not fit into a header. */
const MAX_TEXT = 300;
/** The next page takes it; without one it must not come up much later. */
const KEEP_SECONDS = 20;

const kept = z.object({ text: z.string().max(MAX_TEXT), kind: z.enum(["done", "failed"]) });

export function toToast(toast: Toast | string): Required<Toast> {
  const { text, kind = "done" } = typeof toast === "string" ? { text: toast } : toast;
  return { text: text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text, kind };
}

/** Header that tells the page's scripts of a toast. Values of headers are ASCII, so the rest is escaped. */
export function formatToastHeader(toast: Toast | string): string {
  const json = JSON.stringify({ toast: toToast(toast) });
  return json.replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Keeps a toast for the page that the response leads to. */
export function keepToast(context: PageContext, site: SiteAddress, toast: Toast | string): void {
  setCookie(context, COOKIE, JSON.stringify(toToast(toast)), describeCookie(context, site, KEEP_SECONDS));
}

/** Takes the toast that the page before kept; it is only ever shown as text. */
export function takeToast(context: PageContext, site: SiteAddress): Required<Toast> | undefined {
  const text = getCookie(context, COOKIE);
  if (text === undefined) return undefined;
  setCookie(context, COOKIE, "", describeCookie(context, site, 0));
  try {
    return kept.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
