import { createHash } from "node:crypto";
import type { JsonObject, Program } from "@skerry/sandbox";
import { SkerryError } from "../problems/errors.ts";
import { compileScript } from "../scripts/compile.ts";
import type { Attack } from "./catalogue.ts";
import { PROBE_SOURCE } from "./probe.ts";

/** The name that stacks show for an attack's own frames. */
export const ATTACK_FILE = "attack.js";

/** What attacks find as `$json`. */
export const ATTACK_INPUT: JsonObject = {
  items: [{ a: 1 }, { a: 2 }, { a: 3 }],
  a: 1,
  now: "2026-01-01T00:00:00.000Z",
};

/**
 * Makes a script of an attack, the way a tenant would save it. The same program answers the probe, so that the
 * probe runs in the very isolate that the attack had.
 *
 * @returns The refusal when the compiler already does not take it.
 */
export async function compileAttack({
  id,
  code,
}: Pick<Attack, "id" | "code">): Promise<Program | SkerryError> {
  try {
    const compiled = await compileScript({ fileName: ATTACK_FILE, language: "js", source: wrap(code) });
    // Runners keep what they loaded by its id.
    const checksum = createHash("sha256").update(compiled.code).digest("base64url");
    return { id: `${id} ${checksum}`, fileName: ATTACK_FILE, ...compiled };
  } catch (error) {
    if (error instanceof SkerryError) return error;
    throw error;
  }
}

/** A script that only answers the probe. */
export async function compileProbe(): Promise<Program> {
  const probe = await compileAttack({ id: "probe", code: "" });
  if (probe instanceof SkerryError) throw probe;
  return probe;
}

/** The capabilities by the names of the catalogue, whose statements answer with `rows`. */
function wrap(body: string): string {
  return `export default async function (input, ctx) {
if (input === "probe") return (${PROBE_SOURCE})();
const db = { query: async (sql, params) => ({ rows: await ctx.db.query(sql, params) }) };
const host = Object.freeze({ fetch, cache: ctx.cache, log: ctx.log.info, db, events: { emit: ctx.events.publish } });
const $json = input;
${body}
}`;
}
