import type { View } from "../view.ts";

export interface ActorProps {
  readonly view: View;
  /** As records keep it, e.g. `user:0198…`. */
  readonly actor: string;
  /** By actor. */
  readonly names: ReadonlyMap<string, string>;
}

/** Who did something: by name and kind where it has a name, else by its kind alone, and by what it is otherwise. */
export function Actor({ view, actor, names }: ActorProps) {
  const [kind = ""] = actor.split(":", 1);
  const kinds: Readonly<Record<string, string>> = view.t.parts.actors;
  const name = names.get(actor);
  return (
    <span title={actor}>
      {name ?? kinds[kind] ?? <span class="mono">{actor}</span>}
      {name !== undefined && kind !== "user" && <span class="dim"> {kinds[kind]}</span>}
    </span>
  );
}
