import type { Permission } from "../../auth/permission.ts";
import type { Messages } from "../messages/messages.ts";
import type { Section, View } from "../view.ts";

/** An entry of the navigation. */
export interface NavigationEntry {
  readonly section: Section;
  readonly path: string;
  /** Who may not is not shown it. */
  readonly access?: Permission;
}

export interface NavigationGroup {
  readonly name?: keyof Messages["layout"]["groups"];
  readonly entries: readonly NavigationEntry[];
}

/** Of a tenant's pages, in the order in which they are shown. */
const TENANT_GROUPS: readonly NavigationGroup[] = [
  {
    name: "build",
    entries: [
      { section: "scripts", path: "/scripts", access: "scripts.read" },
      { section: "executions", path: "/executions", access: "executions.read" },
      { section: "playground", path: "/playground", access: "scripts.execute" },
    ],
  },
  {
    name: "triggers",
    entries: [
      { section: "schedules", path: "/schedules", access: "scripts.read" },
      { section: "endpoints", path: "/endpoints", access: "scripts.read" },
      { section: "events", path: "/events", access: "events.read" },
      { section: "deadLetters", path: "/dead-letters", access: "events.read" },
    ],
  },
  {
    name: "manage",
    entries: [
      { section: "secrets", path: "/secrets", access: "secrets.read" },
      { section: "keys", path: "/keys", access: "tenant.admin" },
      { section: "users", path: "/users", access: "tenant.admin" },
      { section: "usage", path: "/usage", access: "usage.read" },
      { section: "audit", path: "/audit", access: "audit.read" },
    ],
  },
];

const OPERATOR_GROUPS: readonly NavigationGroup[] = [
  {
    entries: [
      { section: "overview", path: "" },
      { section: "tenants", path: "/tenants" },
      { section: "plans", path: "/plans" },
      { section: "runners", path: "/runners" },
      { section: "queue", path: "/queue" },
      { section: "nodes", path: "/nodes" },
      { section: "installationAudit", path: "/audit" },
    ],
  },
];

/** What who looks may go to. */
export function navigationOf(view: View): readonly NavigationGroup[] {
  if (view.tenant === undefined) return OPERATOR_GROUPS;
  return TENANT_GROUPS.map(({ entries, ...group }) => ({
    ...group,
    entries: entries.filter(({ access }) => access === undefined || view.can(access)),
  })).filter(({ entries }) => entries.length > 0);
}

export function nameOfSection({ sections, operatorSections }: Messages["layout"], section: Section): string {
  return section in sections
    ? sections[section as keyof typeof sections]
    : operatorSections[section as keyof typeof operatorSections];
}
