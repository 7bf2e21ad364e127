import type { ScriptType } from "../../db/schema.ts";
import { SCRIPT_TYPES } from "../../db/schema.ts";
import { Icon } from "../../web/parts/icon.tsx";
import type { IconName } from "../../web/parts/icon.tsx";
import type { View } from "../../web/view.ts";

const ICONS: Readonly<Record<ScriptType, IconName>> = {
  scheduled: "clock",
  http: "globe",
  event: "zap",
  oneoff: "play",
  embedded: "code",
  library: "book",
};

/** A template of each type, to begin with. */
export function TypeCards({ view }: { readonly view: View }) {
  const { types, purposes } = view.t.scripts;
  return (
    <ul class="tiles type-cards">
      {SCRIPT_TYPES.map((type) => (
        <li>
          <a class="panel" href={view.href("/scripts/new", { type })}>
            <strong>
              <Icon name={ICONS[type]} /> {types[type]}
            </strong>
            <span class="dim">{purposes[type]}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
