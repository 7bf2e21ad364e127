import type { HostData } from "@skerry/sandbox/bridges";
import type { CompiledTemplate } from "../compiler/template-compilation.ts";
import type { CompiledTree } from "../compiler/tree-compilation.ts";
import type { Settings } from "../runtime/guest/settings.ts";
import { buildTemplate } from "./direct-template.ts";
import { type Fill, buildTree, fillTemplate } from "./direct-tree.ts";
import { ExpressionBuilding } from "./expression-building.ts";
import { HostContainers } from "./host-containers.ts";
import { NameSlots } from "./name-slots.ts";
import { NotDirect } from "./not-direct.ts";
import { Run } from "./run.ts";

/** Answer of {@link DirectProgram.run} when only the guest can tell. */
export const UNSURE: unique symbol = Symbol("unsure");

/** A template, or a tree of them, that needs no guest as long as the data is of the ordinary kind. */
export interface DirectProgram {
  /**
   * The value that a guest would give: equal to it, or {@link UNSURE}. Runs nothing of the author's and nothing of the
   * data's, changes neither, and takes a few ms at most, and the time to copy what of the data is in the value.
   */
  run(data: HostData, settings: Settings): unknown;
}

const NO_NAMES: ReadonlySet<string> = new Set();

/**
 * Prepares the evaluation of templates on the host.
 *
 * @param added Names that the host gave to the guest, of functions and libraries. Default: none.
 * @returns undefined when the code is not of the kind that can be evaluated so.
 */
export function createDirect(
  compiled: CompiledTemplate | CompiledTree,
  added = NO_NAMES,
): DirectProgram | undefined {
  try {
    return buildProgram(compiled, new NameSlots(added));
  } catch (error) {
    if (error instanceof NotDirect) return undefined;
    throw error;
  }
}

function buildProgram(compiled: CompiledTemplate | CompiledTree, slots: NameSlots): DirectProgram {
  const building = new ExpressionBuilding(slots);
  const fill =
    "tree" in compiled
      ? buildTree(compiled.tree, (text) => {
          const read = compiled.templates.get(text);
          return read && buildTemplate(read, building);
        })
      : fillTemplate(buildTemplate(compiled, building));
  const readNames = slots.createReader();
  return {
    run(data, settings) {
      try {
        return evaluate(fill, readNames, data, settings);
      } catch {
        // An extension function told the author something, or a Proxy of the host threw. The guest knows how to say it.
        return UNSURE;
      }
    },
  };
}

function evaluate(fill: Fill, readNames: (run: Run) => void, data: HostData, settings: Settings): unknown {
  if (Array.isArray(data)) return UNSURE;
  const run = new Run(data);
  readNames(run);
  const holder: [unknown] = [undefined];
  const found = new HostContainers();
  if (run.isSure) fill(run, settings, found, holder, 0);
  return run.isSure && found.replace() ? holder[0] : UNSURE;
}
