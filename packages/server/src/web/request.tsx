import { html } from "hono/html";
import type { Caller, Operator } from "../auth/principal.ts";
import { readQuery } from "../rest/input.ts";
import type { SiteAddress } from "../rest/site-address.ts";
import type { Assets } from "./assets/assets.ts";
import { readForm } from "./form.ts";
import { PageDocument } from "./layout/document.tsx";
import type { AnyPageRequest, OperatorPageRequest, PageContext, PageRequest } from "./page.ts";
import { formatToastHeader, keepToast, takeToast } from "./toast.ts";
import type { View } from "./view.ts";

export interface RequestParts {
  readonly context: PageContext;
  readonly view: View;
  readonly assets: Assets;
  readonly site: SiteAddress;
}

/** What a page of a tenant is given. */
export function createPageRequest(
  parts: RequestParts & { readonly view: PageRequest["view"] },
  caller: Caller,
): PageRequest {
  return { ...createRequest(parts), view: parts.view, caller };
}

/** What a page of the installation is given. */
export function createOperatorRequest(parts: RequestParts, operator: Operator): OperatorPageRequest {
  return { ...createRequest(parts), operator };
}

export function isFragmentRequest({ req }: PageContext): boolean {
  return req.header("hx-request") === "true";
}

function createRequest({ context, view, assets, site }: RequestParts): AnyPageRequest {
  return {
    context,
    view,
    site,
    params: context.req.param(),
    isFragment: isFragmentRequest(context),
    query: (schema) => readQuery(context, schema),
    form: (schema) => readForm(context.req.raw, schema),
    page(content, { status = 200, ...options }) {
      const toast = takeToast(context, site);
      const document = (
        <PageDocument view={view} assets={assets} toast={toast} {...options}>
          {content}
        </PageDocument>
      );
      return context.html(html`<!doctype html>${document}`, status as 200);
    },
    fragment(content, { toast, status = 200 } = {}) {
      if (toast !== undefined) context.header("HX-Trigger", formatToastHeader(toast));
      return context.html(<>{content}</>, status as 200);
    },
    redirect(path, toast) {
      if (toast !== undefined) keepToast(context, site, toast);
      if (!isFragmentRequest(context)) return context.redirect(path, 303);
      context.header("HX-Redirect", path);
      return context.body(null, 204);
    },
  };
}
