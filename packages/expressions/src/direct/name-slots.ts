import { CONTEXT_NAMES, LANGUAGE_NAMES } from "../compiler/names.ts";
import { NESTED_NAME } from "../evaluator/nested.ts";
import { STANDALONE_FUNCTIONS } from "../extensions/guest/index.ts";
import { UNREACHABLE, createNames } from "../runtime/guest/names.ts";
import { WORKFLOW_NAMES } from "../runtime/guest/workflow/names.ts";
import { readName } from "./host-values.ts";
import { NotDirect } from "./not-direct.ts";
import type { Run } from "./run.ts";

/** Names of the runtime that mean the host's data, where that has such a name. */
const YIELDING_NAMES: ReadonlySet<string> = new Set([
  ...UNREACHABLE,
  ...WORKFLOW_NAMES.map(([name]) => name).filter((name) => name !== NESTED_NAME),
]);

/** What the guest itself calls something by: never a name of data. */
const TAKEN_NAMES: ReadonlySet<string> = new Set(
  [
    ...LANGUAGE_NAMES,
    ...CONTEXT_NAMES,
    ...createNames({}).keys(),
    ...STANDALONE_FUNCTIONS.flatMap(({ name, aliases = [] }) => [name, ...aliases]),
  ].filter((name) => !YIELDING_NAMES.has(name)),
);

/** Gives the names of a template places in the locals of a run. */
export class NameSlots {
  /** Names that the host gave to the guest. */
  readonly added: ReadonlySet<string>;
  readonly #data = new Map<string, number>();
  /** Parameters of the callbacks around what is being built. */
  readonly #parameters: Map<string, number>[] = [];
  #count = 0;

  constructor(added: ReadonlySet<string>) {
    this.added = added;
  }

  /** Slot of a name of the data. */
  ofData(name: string): number {
    if (TAKEN_NAMES.has(name) || this.added.has(name)) throw new NotDirect();
    let slot = this.#data.get(name);
    if (slot === undefined) this.#data.set(name, (slot = this.#count++));
    return slot;
  }

  /** Slot of a parameter. */
  ofParameter(name: string): number {
    const slot = this.#parameters.findLast((parameters) => parameters.has(name))?.get(name);
    if (slot === undefined) throw new NotDirect();
    return slot;
  }

  /** Builds what stands inside of a callback. */
  within<T>(parameters: readonly string[], build: (slots: readonly number[]) => T): T {
    const slots = parameters.map(() => this.#count++);
    this.#parameters.push(new Map(parameters.map((name, index) => [name, slots[index] as number])));
    const built = build(slots);
    this.#parameters.pop();
    return built;
  }

  /** Makes what puts the data in its places. */
  createReader(): (run: Run) => void {
    const names = [...this.#data].map(([name, slot]) => ({
      name,
      slot,
      isYielding: YIELDING_NAMES.has(name),
    }));
    return (run) => {
      for (const { name, slot, isYielding } of names) {
        const value = readName(run, name);
        run.locals[slot] = value === undefined && isYielding ? run.giveUp() : value;
      }
    };
  }
}
