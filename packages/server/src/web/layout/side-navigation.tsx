import { Icon } from "../parts/icon.tsx";
import type { IconName } from "../parts/icon.tsx";
import type { Section, View } from "../view.ts";
import { nameOfSection, navigationOf } from "./navigation.ts";

const ICONS: Readonly<Record<Section, IconName>> = {
  scripts: "script",
  executions: "play",
  playground: "code",
  schedules: "calendar",
  endpoints: "globe",
  events: "zap",
  deadLetters: "inbox",
  secrets: "lock",
  keys: "key",
  users: "users",
  usage: "chart",
  audit: "shield",
  operator: "settings",
  overview: "gauge",
  tenants: "users",
  plans: "book",
  runners: "server",
  queue: "lines",
  nodes: "database",
  installationAudit: "shield",
};

/** At the side of wide screens; a drawer that the top bar opens on narrow ones. */
export function SideNavigation({ view, section }: { view: View; section?: Section | undefined }) {
  const { layout } = view.t;
  return (
    <nav id="navigation" class="side" popover="auto" aria-label={layout.mainNavigation}>
      {navigationOf(view).map(({ name, entries }) => (
        <div class="group">
          {name && <p class="group-name">{layout.groups[name]}</p>}
          <ul>
            {entries.map((entry) => (
              <li>
                <a href={view.href(entry.path)} aria-current={entry.section === section ? "page" : undefined}>
                  <Icon name={ICONS[entry.section]} />
                  {nameOfSection(layout, entry.section)}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
