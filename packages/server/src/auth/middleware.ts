import { randomUUIDv7 } from "node:crypto";
import { createMiddleware } from "hono/factory";
import { routePath } from "hono/route";
import { nameRoute } from "../observability/request-spans.ts";
import { traceContextOf } from "../observability/trace-context.ts";
import { SkerryError } from "../problems/errors.ts";
import type { RestContext, RestEnvironment } from "../rest/app.ts";
import type { TenantService } from "../tenants/service.ts";
import { isTenantId } from "../tenants/tenant.ts";
import type { Authenticator } from "./authenticate.ts";
import type { Caller, Operator, Origin } from "./principal.ts";

/** Names the tenant that an operator's request is about. */
const TENANT_HEADER = "Skerry-Tenant";

const REQUEST_ID = /^[\x21-\x7e]{1,100}$/;

/** Notes where a request comes from. A proxy's or client's `X-Request-Id` is taken over, so that logs fit together. */
export function noteOrigin() {
  return createMiddleware<RestEnvironment>(async (context, next) => {
    context.set("origin", readOrigin(context));
    const { span } = context.env;
    const template = routePath(context, -1);
    if (span !== undefined && !template.endsWith("*")) nameRoute(span, context.req.raw, template);
    await next();
  });
}

/** Where a request comes from. */
export function readOrigin({ req, env }: RestContext): Origin {
  const { remoteAddress, span } = env;
  const trace = span && traceContextOf(span);
  return {
    requestId: readRequestId(req.header("x-request-id")) ?? randomUUIDv7(),
    ...(remoteAddress === undefined ? {} : { address: remoteAddress }),
    ...(trace === undefined ? {} : { trace }),
  };
}

/** What a request calls itself, if that is fit to be kept. */
export function readRequestId(sent: string | null | undefined): string | undefined {
  return typeof sent === "string" && REQUEST_ID.test(sent) ? sent : undefined;
}

/** Lets only requests pass that prove who sends them, and those of the host's own code. */
export function authenticate(authenticator: Authenticator) {
  return createMiddleware<RestEnvironment>(async (context, next) => {
    const { principal = await authenticator(context) } = context.env;
    context.set("principal", principal);
    await next();
  });
}

/** Binds the principal to the tenant it acts on: its own, or for an operator the one named in the header. */
export function bindTenant(tenants: TenantService) {
  return createMiddleware<RestEnvironment>(async (context, next) => {
    const { principal, origin } = context.var;
    const named = context.req.header(TENANT_HEADER);
    context.set("caller", await bindCaller({ principal, origin }, named, tenants));
    await next();
  });
}

/**
 * Who acts on which tenant: its own, or for an operator the one that is named.
 *
 * @throws SkerryError `TENANT_REQUIRED`, or `TENANT_NOT_FOUND`, also for a tenant that is not one's own.
 */
export async function bindCaller(
  { principal, origin }: Operator,
  named: string | undefined,
  tenants: TenantService,
): Promise<Caller> {
  if (principal.tenantId !== undefined) {
    if (named !== undefined && named !== principal.tenantId) throw refuseTenant(named);
    return { tenantId: principal.tenantId, principal, origin, suspended: false };
  }
  if (named === undefined) {
    throw new SkerryError(
      "TENANT_REQUIRED",
      `An operator names the tenant to act on in the header ${TENANT_HEADER}.`,
    );
  }
  if (!isTenantId(named)) throw refuseTenant(named);
  const { id, status } = await tenants.get({ principal, origin }, named);
  return { tenantId: id, principal, origin, suspended: status === "suspended" };
}

function refuseTenant(named: string): SkerryError {
  return new SkerryError("TENANT_NOT_FOUND", `There is no tenant ${JSON.stringify(named.slice(0, 80))}.`);
}
