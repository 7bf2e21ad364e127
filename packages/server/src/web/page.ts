import type { Context } from "hono";
import type { Child } from "hono/jsx";
import type { z } from "zod";
import type { Permission } from "../auth/permission.ts";
import type { Caller, Operator } from "../auth/principal.ts";
import type { RestEnvironment } from "../rest/app.ts";
import type { SiteAddress } from "../rest/site-address.ts";
import type { Section, View } from "./view.ts";

export type PageContext = Context<RestEnvironment>;

/** What a page's document needs besides its content. */
export interface DocumentOptions {
  /** Of the document; the product's name comes behind it. */
  readonly title: string;
  /** The entry of the navigation that is marked. */
  readonly section?: Section;
  /** Loads what makes an editor of a `<CodeEditor>`, which is a plain text area otherwise. */
  readonly editor?: boolean;
  /** Loads what `<TimeChart>` needs. */
  readonly chart?: boolean;
  readonly status?: number;
}

/** What people are told in passing. Failures stay until they are closed. */
export interface Toast {
  readonly text: string;
  readonly kind?: "done" | "failed";
}

export interface FragmentOptions {
  readonly toast?: Toast | string;
  readonly status?: number;
}

/** A request for a page that passed session, permission and the check against forgery. */
export interface AnyPageRequest {
  readonly context: PageContext;
  readonly view: View;
  readonly site: SiteAddress;
  /** Of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** True where htmx asks for a piece of a page. */
  readonly isFragment: boolean;
  /** Checks the query string. @throws SkerryError `INPUT_INVALID`. */
  query<Schema extends z.ZodType>(schema: Schema): z.output<Schema>;
  /**
   * Reads and checks the fields of a form, of which those that come several times are lists.
   *
   * @throws SkerryError `BODY_LIMIT`, `BODY_TYPE` or `INPUT_INVALID`: see `formErrors`.
   */
  form<Schema extends z.ZodType>(schema: Schema): Promise<z.output<Schema>>;
  /** A whole document. */
  page(content: Child, options: DocumentOptions): Response | Promise<Response>;
  /** A piece of a page, for htmx. */
  fragment(content: Child, options?: FragmentOptions): Response | Promise<Response>;
  /** Leads on to another page, `303` for forms, by a header for htmx. The path is what `view.href` or `view.link` gives. */
  redirect(path: string, toast?: Toast | string): Response;
}

export interface PageRequest extends AnyPageRequest {
  /** Who acts on which tenant: for the services. */
  readonly caller: Caller;
  readonly view: View & { readonly tenant: NonNullable<View["tenant"]> };
}

export interface OperatorPageRequest extends AnyPageRequest {
  readonly operator: Operator;
}

type Answer = Response | Promise<Response>;

interface PageMethod {
  readonly method: "GET" | "POST";
  /** Below the tenant or below `/operator`, e.g. `/scripts/{script}`. */
  readonly path: string;
}

export interface TenantPage extends PageMethod {
  readonly realm: "tenant";
  /** What it takes to ask; `member` is anybody of the tenant. */
  readonly access: Permission | "member";
  handle(request: PageRequest): Answer;
}

export interface OperatorPage extends PageMethod {
  readonly realm: "operator";
  handle(request: OperatorPageRequest): Answer;
}

export type PageRoute = TenantPage | OperatorPage;

/** A page of a tenant, or what a form on it does. */
export function definePage(page: Omit<TenantPage, "realm">): TenantPage {
  return { realm: "tenant", ...page };
}

/** A page of the installation, which operators alone see. */
export function defineOperatorPage(page: Omit<OperatorPage, "realm">): OperatorPage {
  return { realm: "operator", ...page };
}
