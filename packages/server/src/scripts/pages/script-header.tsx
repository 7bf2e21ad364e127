import type { PropsWithChildren } from "hono/jsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import { StatusBadge } from "../../web/parts/status-badge.tsx";
import { Tabs } from "../../web/parts/tabs.tsx";
import type { View } from "../../web/view.ts";
import type { Script } from "../script.ts";
import { scriptPath } from "./script-path.ts";

export interface ScriptHeaderProps {
  readonly view: View;
  readonly script: Pick<Script, "id" | "name" | "type" | "status" | "description">;
  /** The tab that is shown. */
  readonly current: "editor" | "versions" | "manage";
}

/** What all pages of one script begin with: its name, type and status, actions as children, and tabs. */
export function ScriptHeader({ view, script, current, children }: PropsWithChildren<ScriptHeaderProps>) {
  const { scripts } = view.t;
  const path = scriptPath(script);
  const tabs = [
    { id: "editor", label: scripts.tabs.editor, href: view.href(path) },
    { id: "versions", label: scripts.tabs.versions, href: view.href(`${path}/versions`) },
    ...(view.can("executions.read")
      ? [
          {
            id: "executions",
            label: scripts.tabs.executions,
            href: view.href("/executions", { script: script.name }),
          },
        ]
      : []),
    { id: "manage", label: scripts.tabs.manage, href: view.href(`${path}/manage`) },
  ];
  const title = (
    <>
      {script.name} <span class="tag">{scripts.types[script.type]}</span>{" "}
      <StatusBadge status={script.status} view={view} />
    </>
  );
  return (
    <>
      <PageHeader title={title} {...(script.description !== "" && { note: script.description })}>
        {children}
      </PageHeader>
      <Tabs view={view} items={tabs} current={current} />
    </>
  );
}
