import { readFileSync } from "node:fs";
import type { JsonObject, Program } from "@skerry/sandbox";
import { SkerryError } from "../../src/problems/errors.ts";
import { compileScript } from "../../src/scripts/compile.ts";
import { PROBE_SOURCE } from "./probe.ts";

/** One entry of `fixtures/attacks.json`. */
export interface Attack {
  readonly id: string;
  /** Group and kind, e.g. `limit/cpu`. */
  readonly class: string;
  /** Body of an async function. */
  readonly code: string;
  /** What has to come of it, in words. */
  readonly must: string;
}

/** The name that stacks show for an attack's own frames. */
export const ATTACK_FILE = "attack.js";

/** What attacks find as `$json`. */
export const ATTACK_INPUT: JsonObject = {
  items: [{ a: 1 }, { a: 2 }, { a: 3 }],
  a: 1,
  now: "2026-01-01T00:00:00.000Z",
};

const { attacks } = JSON.parse(
  readFileSync(new URL("../fixtures/attacks.json", import.meta.url), "utf8"),
) as {
  attacks: readonly Attack[];
};

/** Those that run as a script. */
export const SCRIPT_ATTACKS = attacks.filter(({ class: group }) => !group.startsWith("jail/"));

/** Those that run beside the isolates, in the runner's own Node realm. */
export const JAIL_ATTACKS = attacks.filter(({ class: group }) => group.startsWith("jail/"));

/**
 * Makes a script of an attack, the way a tenant would save it. The same program answers the probe, so that the
 * probe runs in the very isolate that the attack had.
 *
 * @returns The refusal when the compiler already does not take it.
 */
export async function compileAttack({ id, code }: Attack): Promise<Program | SkerryError> {
  try {
    const compiled = await compileScript({ fileName: ATTACK_FILE, language: "js", source: wrap(code) });
    return { id, fileName: ATTACK_FILE, ...compiled };
  } catch (error) {
    if (error instanceof SkerryError) return error;
    throw error;
  }
}

/** A script that only answers the probe. */
export async function compileProbe(): Promise<Program> {
  const probe = await compileAttack({ id: "probe", class: "probe", code: "", must: "" });
  if (probe instanceof SkerryError) throw probe;
  return probe;
}

/** `db` and `events` are capabilities that this suite's host does not offer: calling them is a TypeError. */
function wrap(body: string): string {
  return `export default async function (input, ctx) {
if (input === "probe") return (${PROBE_SOURCE})();
const host = Object.freeze({ fetch, cache: ctx.cache, log: ctx.log.info, db: ctx.db, events: ctx.events });
const $json = input;
${body}
}`;
}
