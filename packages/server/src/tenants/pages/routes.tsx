import { z } from "zod";
import type { PlatformServices } from "../../platform.ts";
import type { Plans } from "../../plans/plan.ts";
import { planName } from "../../plans/plan.ts";
import { checkInput } from "../../rest/input.ts";
import { createPageQuery } from "../../rest/paging.ts";
import { filterField } from "../../web/filter-field.ts";
import { formErrors } from "../../web/form.ts";
import { defineOperatorPage } from "../../web/page.ts";
import type { OperatorPageRequest, PageRoute } from "../../web/page.ts";
import { isTenantId, tenantInput } from "../tenant.ts";
import type { TenantChange } from "../tenant.ts";
import { CreatedTenantPage } from "./created-tenant-page.tsx";
import { NewTenantPage } from "./new-tenant-page.tsx";
import { TenantList } from "./tenant-list.tsx";
import { TenantRow } from "./tenant-row.tsx";

const listQuery = z.object(createPageQuery(isTenantId));
const newTenant = tenantInput.extend({ id: filterField(tenantInput.shape.id) });
const planChoice = z.object({ plan: planName });
const typedText = z.record(z.string(), z.union([z.string(), z.array(z.string())]));

/** `/operator/tenants` and what is below it. */
export function createTenantPages({ tenants }: Pick<PlatformServices, "tenants">, plans: Plans): PageRoute[] {
  const planNames = [...plans.keys()];

  /** A form that changes one tenant, and what it then says. */
  const change = (
    verb: string,
    read: (request: OperatorPageRequest) => TenantChange | Promise<TenantChange>,
    describe: (request: OperatorPageRequest, name: string, plan: string) => string,
  ) =>
    defineOperatorPage({
      method: "POST",
      path: `/tenants/{id}/${verb}`,
      async handle(request) {
        const { view, operator, params } = request;
        const tenant = await tenants.update(operator, params["id"] ?? "", await read(request));
        const toast = describe(request, tenant.name, tenant.plan);
        if (!request.isFragment) return request.redirect(view.href("/tenants"), toast);
        const row = <TenantRow view={view} tenant={tenant} plans={planNames} />;
        return await request.fragment(row, { toast });
      },
    });

  return [
    defineOperatorPage({
      method: "GET",
      path: "/tenants",
      async handle(request) {
        const { view, operator } = request;
        const query = request.query(listQuery);
        const page = await tenants.list(operator, query);
        const content = <TenantList view={view} query={query} tenants={page} plans={planNames} />;
        return await request.page(content, { title: view.t.operator.tenants.title, section: "tenants" });
      },
    }),
    defineOperatorPage({
      method: "GET",
      path: "/tenants/new",
      async handle(request) {
        const { view } = request;
        const content = <NewTenantPage view={view} plans={planNames} />;
        return await request.page(content, { title: view.t.operator.tenants.new, section: "tenants" });
      },
    }),
    defineOperatorPage({
      method: "POST",
      path: "/tenants/new",
      async handle(request) {
        const { view, operator } = request;
        const typed = await request.form(typedText);
        const document = { title: view.t.operator.tenants.new, section: "tenants" } as const;
        try {
          const created = await tenants.create(operator, checkInput(newTenant, typed));
          return await request.page(<CreatedTenantPage view={view} created={created} />, document);
        } catch (error) {
          const errors = formErrors(error);
          const content = <NewTenantPage view={view} plans={planNames} typed={typed} errors={errors} />;
          return await request.page(content, { ...document, status: 422 });
        }
      },
    }),
    change(
      "suspend",
      () => ({ status: "suspended" }),
      ({ view }, name) => view.t.operator.tenants.suspended(name),
    ),
    change(
      "resume",
      () => ({ status: "active" }),
      ({ view }, name) => view.t.operator.tenants.resumed(name),
    ),
    change(
      "plan",
      (request) => request.form(planChoice),
      ({ view }, name, plan) => view.t.operator.tenants.planChanged(name, plan),
    ),
    defineOperatorPage({
      method: "POST",
      path: "/tenants/{id}/delete",
      async handle(request) {
        const { view, operator, params } = request;
        const { id, name } = await tenants.get(operator, params["id"] ?? "");
        await tenants.delete(operator, id);
        return request.redirect(view.href("/tenants"), view.t.operator.tenants.deleted(name));
      },
    }),
  ];
}
