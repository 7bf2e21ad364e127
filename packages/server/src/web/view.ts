import type { Permission } from "../auth/permission.ts";
import type { Principal } from "../auth/principal.ts";
import { linkTo } from "../rest/site-address.ts";
import { messagesOf } from "./messages/messages.ts";
import type { Language, Messages } from "./messages/messages.ts";

export type Theme = "light" | "dark";

/** Which entry of the navigation a page belongs to. */
export type Section = keyof Messages["layout"]["sections"] | keyof Messages["layout"]["operatorSections"];

/** Parts of an address' query; those that are undefined or empty are left out. */
export type LinkQuery = Readonly<Record<string, string | number | boolean | undefined>>;

/** Who looks at a page, at which tenant, in which language. Components take it instead of reading requests. */
export interface View {
  readonly t: Messages;
  readonly language: Language;
  /** Undefined where the system decides. */
  readonly theme: Theme | undefined;
  /** Absent on the pages of the installation. */
  readonly tenant: { readonly id: string; readonly name: string } | undefined;
  /** How people call who looks: a name or an address. */
  readonly viewerName: string;
  readonly isOperator: boolean;
  /** Path and query of this page, to come back to. */
  readonly location: string;
  /** What may not be done is not shown; services refuse it anyway. */
  can(permission: Permission): boolean;
  /** What a browser asks for to reach a path of the installation, such as `/sign-in`. All links begin here. */
  link(path: string): string;
  /** Address of a page of the tenant, or of the operator where there is no tenant, e.g. `href("/scripts", { status })`. */
  href(path: string, query?: LinkQuery): string;
}

export interface ViewFacts {
  readonly language: Language;
  readonly theme: Theme | undefined;
  readonly tenant: View["tenant"];
  readonly viewerName: string;
  readonly principal: Pick<Principal, "tenantId" | "permissions">;
  readonly location: string;
  /** What all paths of the installation begin with: see `SiteAddress`. */
  readonly basePath: string;
}

export function createView({ principal, basePath, ...facts }: ViewFacts): View {
  const { language, tenant } = facts;
  const link = createLinks(basePath);
  const root = link(tenant === undefined ? "/operator" : `/t/${tenant.id}`);
  return {
    ...facts,
    t: messagesOf(language),
    isOperator: principal.tenantId === undefined,
    link,
    can: (permission) => principal.permissions.has(permission),
    href: (path, query) => root + path + formatQuery(query),
  };
}

/** See `View.link`. */
export function createLinks(basePath: string): View["link"] {
  return (path) => linkTo({ basePath }, path);
}

function formatQuery(query: LinkQuery = {}): string {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  if (entries.length === 0) return "";
  return `?${new URLSearchParams(entries.map(([name, value]) => [name, String(value)])).toString()}`;
}
