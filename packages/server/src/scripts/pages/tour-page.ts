import { getCookie, setCookie } from "hono/cookie";
import { describeCookie } from "../../auth/sessions/cookie.ts";
import { DEMO_TENANT } from "../../main/demo-scripts.ts";
import { definePage } from "../../web/page.ts";
import type { PageRequest, PageRoute } from "../../web/page.ts";

const COOKIE = "skerry_tour";
const DISMISSED = "dismissed";
const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** Whether the tour comes up by itself: at the demo tenant, until somebody closes it. */
export function isTourDue({ view, context }: Pick<PageRequest, "view" | "context">): boolean {
  return view.tenant.id === DEMO_TENANT && getCookie(context, COOKIE) !== DISMISSED;
}

/** `/tour/dismiss`: closes the tour in this browser. */
export function createTourPage(): PageRoute {
  return definePage({
    method: "POST",
    path: "/tour/dismiss",
    access: "member",
    handle(request) {
      const { view, context, site } = request;
      const attributes = describeCookie(context, site, YEAR_SECONDS);
      setCookie(context, COOKIE, DISMISSED, { ...attributes, path: view.href("") });
      return request.redirect(view.href("/scripts"));
    },
  });
}
