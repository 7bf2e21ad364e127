import type { IsolationReport } from "@skerry/sandbox";
import type { PlatformServices } from "../../platform.ts";
import { defineOperatorPage } from "../../web/page.ts";
import type { PageRoute } from "../../web/page.ts";
import { NodeList } from "./node-list.tsx";
import { OverviewPage } from "./overview-page.tsx";
import { QueuePage } from "./queue-page.tsx";
import { RunnerList } from "./runner-list.tsx";

/** `/operator`, and what the nodes of the installation do. */
export function createNodePages(
  { nodes }: Pick<PlatformServices, "nodes">,
  isolation: IsolationReport,
): PageRoute[] {
  return [
    defineOperatorPage({
      method: "GET",
      path: "",
      async handle(request) {
        const { view, operator } = request;
        const [list, state] = await Promise.all([nodes.list(operator), nodes.describe(operator)]);
        const content = <OverviewPage view={view} isolation={isolation} nodes={list} state={state} />;
        return await request.page(content, { title: view.t.operator.overview, section: "overview" });
      },
    }),
    defineOperatorPage({
      method: "GET",
      path: "/nodes",
      async handle(request) {
        const { view, operator } = request;
        const content = <NodeList view={view} nodes={await nodes.list(operator)} />;
        return await request.page(content, { title: view.t.operator.nodes.title, section: "nodes" });
      },
    }),
    defineOperatorPage({
      method: "GET",
      path: "/runners",
      async handle(request) {
        const { view, operator } = request;
        const content = <RunnerList view={view} nodes={await nodes.list(operator)} />;
        return await request.page(content, { title: view.t.operator.runners.title, section: "runners" });
      },
    }),
    defineOperatorPage({
      method: "GET",
      path: "/queue",
      async handle(request) {
        const { view, operator } = request;
        const content = <QueuePage view={view} state={await nodes.describe(operator)} />;
        return await request.page(content, { title: view.t.operator.jobs.title, section: "queue" });
      },
    }),
  ];
}
