import { CodeDiff } from "../../web/parts/code-diff.tsx";
import { TableHead } from "../../web/parts/table-head.tsx";
import type { View } from "../../web/view.ts";
import type { ScriptDiff } from "../diff.ts";
import type { VersionOrDraft } from "../fields.ts";
import type { Script } from "../script.ts";
import { scriptPath } from "./script-path.ts";

/** A version, or the draft, as it is compared. */
export interface ComparedSide {
  readonly version: VersionOrDraft;
  readonly source: string;
}

export interface VersionDiffProps {
  readonly view: View;
  readonly script: Script;
  readonly from: ComparedSide;
  readonly to: ComparedSide;
  readonly changes: ScriptDiff["changes"];
}

/** What leads from one version to another: sources side by side, and each setting that differs. */
export function VersionDiff({ view, script, from, to, changes }: VersionDiffProps) {
  const t = view.t.scripts.versions;
  const path = `${scriptPath(script)}/versions`;
  const name = (side: VersionOrDraft) => (side === "draft" ? t.draft : t.number(side));
  const link = (side: VersionOrDraft) => view.href(side === "draft" ? scriptPath(script) : `${path}/${side}`);
  return (
    <>
      <div class="row between">
        <h2>
          <a href={link(from.version)}>{name(from.version)}</a> →{" "}
          <a href={link(to.version)}>{name(to.version)}</a>
        </h2>
        {typeof to.version === "number" && (
          <a class="small button" href={view.href(`${path}/diff`, { from: to.version, to: from.version })}>
            {t.turnRound}
          </a>
        )}
      </div>
      <section class="stack" aria-labelledby="diff-source">
        <h2 id="diff-source">{t.source}</h2>
        <CodeDiff view={view} before={from.source} after={to.source} label={t.source} />
      </section>
      <section class="stack" aria-labelledby="diff-settings">
        <h2 id="diff-settings">{t.settings}</h2>
        {changes.length === 0 ? (
          <p class="dim">{view.t.parts.sameText}</p>
        ) : (
          <SettingChanges view={view} changes={changes} />
        )}
      </section>
    </>
  );
}

function SettingChanges({ view, changes }: Pick<VersionDiffProps, "view" | "changes">) {
  const { settings, setting } = view.t.scripts.versions;
  const { before, after } = view.t.parts;
  return (
    <div class="scroll" tabindex={0} role="region" aria-label={settings}>
      <table class="list">
        <TableHead columns={[setting, before, after]} />
        <tbody>
          {changes.map(({ path, from, to }) => (
            <tr>
              <th scope="row" class="mono">
                {path.replace(/^settings\./, "")}
              </th>
              <td>{from !== undefined && <del class="mono">{JSON.stringify(from)}</del>}</td>
              <td>{to !== undefined && <ins class="mono">{JSON.stringify(to)}</ins>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
