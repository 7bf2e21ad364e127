import { html } from "hono/html";
import type { Logger } from "pino";
import type { Authenticator } from "../auth/authenticate.ts";
import { bindCaller, readOrigin } from "../auth/middleware.ts";
import { requireOperator, requirePermission } from "../auth/principal.ts";
import type { Caller, Origin, Principal } from "../auth/principal.ts";
import type { SessionService } from "../auth/sessions/service.ts";
import { nameRoute } from "../observability/request-spans.ts";
import { SkerryError } from "../problems/errors.ts";
import { toSkerryError } from "../problems/problem.ts";
import type { QuotaService } from "../quotas/service.ts";
import { createRoutes } from "../rest/app.ts";
import type { RestApp } from "../rest/app.ts";
import { linkTo } from "../rest/site-address.ts";
import type { SiteAddress } from "../rest/site-address.ts";
import type { TenantService } from "../tenants/service.ts";
import type { Assets } from "./assets/assets.ts";
import { createPageHeaders } from "./headers.ts";
import { PageDocument } from "./layout/document.tsx";
import type { PageContext, PageRoute } from "./page.ts";
import { readLanguage, readTheme } from "./preferences.ts";
import { ProblemPage, titleOfProblem } from "./problem-page.tsx";
import { createOperatorRequest, createPageRequest, isFragmentRequest } from "./request.tsx";
import { formatToastHeader } from "./toast.ts";
import { createView } from "./view.ts";
import type { View } from "./view.ts";

export interface PageRouterOptions {
  readonly authenticator: Authenticator;
  readonly sessions: SessionService;
  readonly tenants: TenantService;
  readonly quotas: Pick<QuotaService, "take">;
  readonly assets: Assets;
  readonly logger: Logger;
  readonly site: SiteAddress;
}

/** Who asks, and what pages show of that. */
interface Viewer {
  readonly principal: Principal;
  readonly origin: Origin;
  readonly view: View;
}

/**
 * Binds pages to their paths. A request is checked in this order: session, forgery (by the authenticator), the tenant's
 * requests per minute, tenant, permission, input. Whoever is not signed in is led to the sign-in page and back.
 */
export function createPageRouter(pages: readonly PageRoute[], options: PageRouterOptions): RestApp {
  const { authenticator, sessions, tenants, quotas, assets, logger, site } = options;
  const headers = createPageHeaders();

  async function meet(context: PageContext): Promise<Viewer> {
    const principal = context.env.principal ?? (await authenticator(context));
    const tenantId = principal.tenantId ?? context.req.param("tenant");
    const [identity, name] = await Promise.all([
      sessions.describe(principal),
      tenantId === undefined ? undefined : tenants.nameOf(tenantId),
    ]);
    const view = createView({
      language: readLanguage(context),
      theme: readTheme(context),
      principal,
      tenant: tenantId === undefined || name === undefined ? undefined : { id: tenantId, name },
      viewerName: identity.user?.name ?? principal.id ?? principal.kind,
      location: linkTo(site, locationOf(context.req.url)),
      basePath: site.basePath,
    });
    return { principal, origin: readOrigin(context), view };
  }

  async function bind(context: PageContext, { principal, origin }: Viewer): Promise<Caller> {
    if (principal.tenantId !== undefined) await quotas.take(principal.tenantId, "requestsPerMinute");
    return await bindCaller({ principal, origin }, context.req.param("tenant"), tenants);
  }

  async function run(context: PageContext, page: PageRoute, viewer: Viewer): Promise<Response> {
    const parts = { context, view: viewer.view, assets, site };
    if (page.realm === "operator") {
      const { principal, origin } = viewer;
      requireOperator({ principal });
      return await page.handle(createOperatorRequest(parts, { principal, origin }));
    }
    const caller = await bind(context, viewer);
    if (page.access !== "member") requirePermission(caller, page.access);
    const { tenant } = viewer.view;
    if (tenant === undefined) throw new SkerryError("TENANT_NOT_FOUND", "The tenant was deleted.");
    return await page.handle(createPageRequest({ ...parts, view: { ...viewer.view, tenant } }, caller));
  }

  function showProblem(
    context: PageContext,
    thrown: unknown,
    view: View | undefined,
  ): Response | Promise<Response> {
    const error = toSkerryError(thrown);
    if (error.code === "INTERNAL") logger.error({ err: error.cause }, "page failed");
    for (const [name, value] of Object.entries(error.headers ?? {})) context.header(name, value);
    if (error.status === 401) return leadToSignIn(context, site);
    if (isFragmentRequest(context)) {
      context.header("HX-Reswap", "none");
      context.header("HX-Trigger", formatToastHeader({ text: error.message, kind: "failed" }));
      return context.body(null, error.status as 400);
    }
    if (view === undefined) return context.text(`${error.code}: ${error.message}\n`, error.status as 400);
    const document = (
      <PageDocument view={view} assets={assets} title={titleOfProblem(view.t, error)}>
        <ProblemPage view={view} error={error} />
      </PageDocument>
    );
    return context.html(html`<!doctype html>${document}`, error.status as 400);
  }

  async function answer(
    context: PageContext,
    work: (viewer: Viewer) => Promise<Response>,
  ): Promise<Response> {
    for (const [name, value] of Object.entries(headers)) context.header(name, value);
    let viewer: Viewer | undefined;
    try {
      viewer = await meet(context);
      return await work(viewer);
    } catch (error) {
      return await showProblem(context, error, viewer?.view);
    }
  }

  const app = createRoutes();
  for (const page of pages) {
    const root = page.realm === "tenant" ? "/t/:tenant" : "/operator";
    const path = (root + page.path).replaceAll(/\{(\w+)\}/g, ":$1");
    app.on(page.method, path, (context) => {
      if (context.env.span !== undefined) nameRoute(context.env.span, context.req.raw, path);
      return answer(context, (viewer) => run(context, page, viewer));
    });
  }
  app.notFound((context) =>
    answer(context, () => {
      throw new SkerryError("ROUTE_NOT_FOUND", `There is no ${context.req.method} ${context.req.path}.`);
    }),
  );
  return app;
}

/** For pieces of a page the page itself is what is come back to. */
function leadToSignIn(context: PageContext, site: SiteAddress): Response {
  const isFragment = isFragmentRequest(context);
  const isPage = context.req.method === "GET" && !isFragment;
  const to = isPage
    ? linkTo(site, locationOf(context.req.url))
    : locationOf(context.req.header(isFragment ? "hx-current-url" : "referer") ?? "");
  const query = to === "" ? "" : `?${new URLSearchParams({ to }).toString()}`;
  const path = linkTo(site, `/sign-in${query}`);
  if (!isFragment) return context.redirect(path, 303);
  context.header("HX-Redirect", path);
  return context.body(null, 401);
}

function locationOf(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? "" : parsed.pathname + parsed.search;
}
