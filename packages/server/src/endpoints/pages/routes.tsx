import { z } from "zod";
import { SCRIPT_STATUSES } from "../../db/schema.ts";
import type { PlatformServices } from "../../platform.ts";
import { isUuid } from "../../rest/ids.ts";
import { storableText } from "../../rest/input.ts";
import { createPageQuery } from "../../rest/paging.ts";
import { urlOf } from "../../rest/site-address.ts";
import { filterField } from "../../web/filter-field.ts";
import { formErrors } from "../../web/form.ts";
import { definePage } from "../../web/page.ts";
import type { PageRequest, PageRoute } from "../../web/page.ts";
import { EndpointList } from "./endpoint-list.tsx";
import { EndpointPage } from "./endpoint-page.tsx";
import { RecentResponses } from "./recent-responses.tsx";
import { readTestRequest, testForm } from "./test-form.ts";
import { TestPanel } from "./test-panel.tsx";
import type { TestPanelProps } from "./test-panel.tsx";

const listQuery = z.object({
  ...createPageQuery(isUuid),
  search: filterField(storableText(100)),
  status: filterField(z.enum(SCRIPT_STATUSES)),
});

/** `/endpoints` and what is below it. */
export function createEndpointPages({ endpoints }: Pick<PlatformServices, "endpoints">): PageRoute[] {
  async function show(
    request: PageRequest,
    tested: Pick<TestPanelProps, "values" | "errors" | "response"> = {},
  ) {
    const { caller, view, params } = request;
    const found = await endpoints.get(caller, params["endpoint"] ?? "");
    const endpoint = withOrigin(request, found);
    const status = tested.errors === undefined ? 200 : 422;
    if (request.isFragment) {
      const pieces = (
        <>
          <TestPanel view={view} endpoint={endpoint} {...tested} />
          {view.can("executions.read") && <RecentResponses view={view} endpoint={endpoint} isOutOfBand />}
        </>
      );
      return await request.fragment(pieces, { status });
    }
    const content = <EndpointPage view={view} endpoint={endpoint} {...tested} />;
    return await request.page(content, { title: endpoint.pattern, section: "endpoints", status });
  }

  return [
    definePage({
      method: "GET",
      path: "/endpoints",
      access: "scripts.read",
      async handle(request) {
        const { caller, view } = request;
        const { limit, ...filters } = request.query(listQuery);
        const { items, nextCursor } = await endpoints.list(caller, { limit, ...filters });
        const page = { items: items.map((endpoint) => withOrigin(request, endpoint)), nextCursor };
        const content = <EndpointList view={view} query={filters} endpoints={page} />;
        return await request.page(content, { title: view.t.endpoints.title, section: "endpoints" });
      },
    }),
    definePage({
      method: "GET",
      path: "/endpoints/{endpoint}",
      access: "scripts.read",
      handle: (request) => show(request),
    }),
    definePage({
      method: "POST",
      path: "/endpoints/{endpoint}/test",
      access: "scripts.execute",
      async handle(request) {
        const { caller, view, params } = request;
        let values: TestPanelProps["values"] = {};
        try {
          const form = await request.form(testForm);
          values = form;
          const wished = readTestRequest(view, form);
          const siteUrl = urlOf(request.site, request.context.req.url);
          const response = await endpoints.test(caller, params["endpoint"] ?? "", wished, siteUrl);
          return await show(request, { values, response });
        } catch (error) {
          return await show(request, { values, errors: formErrors(error) });
        }
      },
    }),
  ];
}

/** Where the installation does not know its address, it is the one that this page was asked for at. */
function withOrigin<Addressed extends { readonly url: string }>(
  { context }: PageRequest,
  endpoint: Addressed,
): Addressed {
  return { ...endpoint, url: new URL(endpoint.url, context.req.url).href };
}
