import { createHash } from "node:crypto";
import { createDeclarations } from "../../../capabilities/declarations.ts";
import type { PlatformServices } from "../../../platform.ts";
import { definePage } from "../../../web/page.ts";
import type { PageRoute } from "../../../web/page.ts";

/** `/declarations.d.ts`: what the editor checks scripts against. Browsers keep it and ask whether it has changed. */
export function createDeclarationsPage({
  serviceReports,
  modules,
}: Pick<PlatformServices, "serviceReports" | "modules">): PageRoute {
  return definePage({
    method: "GET",
    path: "/declarations.d.ts",
    access: "scripts.read",
    async handle({ caller, context }) {
      const services = await serviceReports.declareMembers(caller.tenantId);
      const text = createDeclarations({ services, modules: await modules.declare(caller) });
      const tag = `"${createHash("sha256").update(text).digest("base64url")}"`;
      context.header("cache-control", "private, no-cache");
      context.header("etag", tag);
      if (context.req.header("if-none-match") === tag) return context.body(null, 304);
      return context.body(text, 200, { "content-type": "text/plain; charset=utf-8" });
    },
  });
}
