import { type Additions } from "../additions/additions.ts";
import { type ListedFunction, listExtensions } from "../additions/listing.ts";
import type { ReceiverType } from "../extensions/guest/index.ts";
import type { Shape } from "./shape.ts";

type Functions = ReadonlyMap<string, ListedFunction>;

const NONE: Functions = new Map();

/** The language with what a host adds to it, as an editor looks things up in it. */
export class Language {
  readonly libraries: NonNullable<Additions["libraries"]>;
  /** Functions that are called by themselves, aliases included. */
  readonly standalone: Functions;
  readonly #byReceiver: ReadonlyMap<ReceiverType | undefined, Functions>;
  /** Of functions with the same name on several types the first. */
  readonly #all: Functions;

  constructor(additions: Additions) {
    const listed = listExtensions(additions);
    const groups = Map.groupBy(listed, ({ on }) => on);
    this.libraries = additions.libraries ?? [];
    this.#byReceiver = new Map([...groups].map(([on, functions]) => [on, byName(functions)]));
    this.standalone = this.#byReceiver.get(undefined) ?? NONE;
    this.#all = byName(listed.filter(({ on }) => on !== undefined));
  }

  /** Functions to offer for a value, once each: all there are where its type is not known. */
  functionsFor(shape: Shape): readonly ListedFunction[] {
    const found = [...this.#tableOf(shape).values()];
    return [...new Set(found)];
  }

  /** The function that a call on a value means; none where the type is known and has none of that name. */
  functionOn(shape: Shape, name: string): ListedFunction | undefined {
    return this.#tableOf(shape).get(name) ?? this.#byReceiver.get("any")?.get(name);
  }

  /** Types that have a function of that name. */
  receiversOf(name: string): readonly ReceiverType[] {
    return [...this.#byReceiver].flatMap(([on, functions]) =>
      on !== undefined && functions.has(name) ? [on] : [],
    );
  }

  #tableOf({ receiver, typeName }: Shape): Functions {
    if (typeName === "any") return this.#all;
    return receiver === "any" ? NONE : (this.#byReceiver.get(receiver) ?? NONE);
  }
}

function byName(functions: readonly ListedFunction[]): Functions {
  const table = new Map<string, ListedFunction>();
  for (const each of functions) {
    for (const name of [each.name, ...(each.aliases ?? [])]) if (!table.has(name)) table.set(name, each);
  }
  return table;
}
