import { CodeBlock } from "../../web/parts/code-block.tsx";
import { KeyValues } from "../../web/parts/key-values.tsx";
import { RelativeTime } from "../../web/parts/times.tsx";
import { Actor } from "../../web/parts/actor.tsx";
import type { View } from "../../web/view.ts";
import type { Script, ScriptVersionDetail } from "../script.ts";
import { scriptPath } from "./script-path.ts";
import { RollBackButton } from "./version-list.tsx";

export interface VersionViewProps {
  readonly view: View;
  readonly script: Script;
  readonly version: ScriptVersionDetail;
  /** Names by author. */
  readonly authors: ReadonlyMap<string, string>;
}

/** One version as it was published: facts, source and settings, to read. */
export function VersionView({ view, script, version, authors }: VersionViewProps) {
  const { scripts } = view.t;
  const t = scripts.versions;
  const { version: number, note, author, createdAt, checksum, language, source, settings, modules } = version;
  const isActive = number === script.activeVersion;
  const facts = [
    { label: t.note, value: note === "" ? <span class="dim">{t.noNote}</span> : note },
    { label: t.author, value: <Actor view={view} actor={author} names={authors} /> },
    { label: t.time, value: <RelativeTime at={createdAt} view={view} /> },
    { label: scripts.fields.language, value: scripts.languages[language] },
    { label: t.checksum, value: <code title={t.checksumHint}>{checksum.slice(0, 16)}</code> },
    ...(modules.length === 0
      ? []
      : [
          { label: t.modules, value: modules.map((module) => `${module.name} ${module.version}`).join(", ") },
        ]),
  ];
  return (
    <>
      <div class="row between">
        <h2>
          {t.number(number)} {isActive && <span class="tag good">{t.active}</span>}
        </h2>
        <div class="actions">
          {number > 1 && (
            <a
              class="small button"
              href={view.href(`${scriptPath(script)}/versions/diff`, { from: number - 1, to: number })}
            >
              {t.compareWith(number - 1)}
            </a>
          )}
          {!isActive && <RollBackButton view={view} script={script} version={number} />}
        </div>
      </div>
      <KeyValues items={facts} />
      <section class="stack">
        <h2>{t.source}</h2>
        <CodeBlock view={view} text={source} label={t.source} language={language} copy />
      </section>
      <section class="stack">
        <h2>{t.settings}</h2>
        <CodeBlock
          view={view}
          text={JSON.stringify(settings, undefined, 2)}
          label={t.settings}
          language="json"
          copy
        />
      </section>
    </>
  );
}
