import type { Child } from "hono/jsx";
import { z } from "zod";
import type { PlatformServices } from "../../platform.ts";
import { createPageQuery } from "../../rest/paging.ts";
import { definePage } from "../../web/page.ts";
import type { PageRequest, PageRoute } from "../../web/page.ts";
import { publishInput } from "../draft.ts";
import * as field from "../fields.ts";
import { readVersionNumber, readVersionOrDraft } from "../fields.ts";
import type { VersionOrDraft } from "../fields.ts";
import type { Script } from "../script.ts";
import { ScriptHeader } from "./script-header.tsx";
import { scriptPath } from "./script-path.ts";
import { VersionDiff } from "./version-diff.tsx";
import type { ComparedSide } from "./version-diff.tsx";
import { VersionList } from "./version-list.tsx";
import { VersionView } from "./version-view.tsx";

type Services = Pick<PlatformServices, "scripts" | "drafts" | "actorNames">;

const listQuery = z.object(createPageQuery((text) => readVersionNumber(text) !== undefined));

/** What is no version is refused by the service, which names it. */
const diffQuery = z.object({ from: z.string().default(""), to: z.string().default("") });

const publishForm = z.object({ note: field.note.default("") });

/** `/scripts/{script}/versions`: the versions of a script, and what leads from one to another. */
export function createVersionPages({ scripts, drafts, actorNames }: Services): PageRoute[] {
  const show = async (request: PageRequest, script: Script, content: Child) => {
    const { view } = request;
    return await request.page(
      <>
        <ScriptHeader view={view} script={script} current="versions" />
        {content}
      </>,
      { title: view.t.scripts.versions.title(script.name), section: "scripts" },
    );
  };

  const load = async (
    { caller }: PageRequest,
    script: Script,
    side: VersionOrDraft | undefined,
  ): Promise<ComparedSide> => {
    if (side === "draft") return { version: side, source: (await drafts.get(caller, script.id)).source };
    return await scripts.getVersion(caller, script.id, side);
  };

  return [
    definePage({
      method: "GET",
      path: "/scripts/{script}/versions",
      access: "scripts.read",
      async handle(request) {
        const { caller, view, params } = request;
        const query = request.query(listQuery);
        const script = await scripts.get(caller, params["script"] ?? "");
        const page = await scripts.listVersions(caller, script.id, query);
        const authors = await actorNames.find(
          caller,
          page.items.map(({ author }) => author),
        );
        const { cursor } = query;
        const content = (
          <VersionList view={view} script={script} page={page} cursor={cursor} authors={authors} />
        );
        return await show(request, script, content);
      },
    }),
    definePage({
      method: "GET",
      path: "/scripts/{script}/versions/diff",
      access: "scripts.read",
      async handle(request) {
        const { caller, view, params } = request;
        const query = request.query(diffQuery);
        const script = await scripts.get(caller, params["script"] ?? "");
        const [from, to] = [readVersionOrDraft(query.from), readVersionOrDraft(query.to)];
        const { changes } = await scripts.diff(caller, script.id, from, to);
        const [before, after] = await Promise.all([load(request, script, from), load(request, script, to)]);
        const content = (
          <VersionDiff view={view} script={script} from={before} to={after} changes={changes} />
        );
        return await show(request, script, content);
      },
    }),
    definePage({
      method: "GET",
      path: "/scripts/{script}/versions/{version}",
      access: "scripts.read",
      async handle(request) {
        const { caller, view, params } = request;
        const script = await scripts.get(caller, params["script"] ?? "");
        const number = readVersionNumber(params["version"] ?? "");
        const version = await scripts.getVersion(caller, script.id, number);
        const authors = await actorNames.find(caller, [version.author]);
        const content = <VersionView view={view} script={script} version={version} authors={authors} />;
        return await show(request, script, content);
      },
    }),
    definePage({
      method: "POST",
      path: "/scripts/{script}/versions/{version}/publish",
      access: "scripts.update",
      async handle(request) {
        const { caller, view, params } = request;
        const { note } = await request.form(publishForm);
        const script = await scripts.get(caller, params["script"] ?? "");
        const { version } = await scripts.getVersion(
          caller,
          script.id,
          readVersionNumber(params["version"] ?? ""),
        );
        await scripts.publish(caller, script.id, publishInput.parse({ version, note }));
        const toast = view.t.scripts.versions.rolledBack(version);
        return request.redirect(view.href(`${scriptPath(script)}/versions`), toast);
      },
    }),
  ];
}
