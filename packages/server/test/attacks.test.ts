import { readFile } from "node:fs/promises";
import type { Program } from "@skerry/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SkerryError } from "../src/problems/errors.ts";
import { ALLOWED_GLOBALS } from "./attacks/allowed-globals.ts";
import { type Arena, createArena } from "./attacks/arena.ts";
import { type Attack, SCRIPT_ATTACKS, compileAttack } from "./attacks/catalogue.ts";
import { findHostTraces, snapshotHost } from "./attacks/host-state.ts";
import { ATTACK_LIMITS, limitsOf } from "./attacks/limits.ts";
import type { Observation } from "./attacks/outcome.ts";
import { SCRIPT_OUTCOMES } from "./attacks/outcomes.ts";
import type { RealmView } from "./attacks/probe.ts";

/** How late a result may be: the supervisor's grace and one look of its watch. */
const GRACE_MS = 500;
const BYSTANDER = "bystander";
const MEBIBYTE = 1024 * 1024;
/**
 * The supervisor's cap for one execution (160 MiB, and one and a half times its memory limit), and what a process
 * can grow by between two looks and until it is dead.
 */
const PEAK_BYTES = (160 + 1.5 * ATTACK_LIMITS.memoryMb + 192) * MEBIBYTE;

let arena: Arena;
let clean: RealmView;

beforeAll(async () => {
  arena = await createArena();
  clean = await arena.probe(BYSTANDER);
  // The attacked tenants have `K`, the other one has `k`: neither may see the other's.
  await arena.run(BYSTANDER, `await ctx.cache.set("k", "theirs")`);
  await arena.run("isolation/tenant-keys", `await ctx.cache.set("K", "own")`);
});

afterAll(() => arena[Symbol.asyncDispose]());

test("every attack has an outcome, and every outcome an attack", () => {
  expect([...SCRIPT_OUTCOMES.keys()].sort()).toEqual(SCRIPT_ATTACKS.map(({ id }) => id).sort());
});

describe("an attack by a script is contained", () => {
  test.for(SCRIPT_ATTACKS)("$id", async (attack) => {
    const host = snapshotHost();
    const program = await compileAttack(attack);
    const [seen, bystander] = await Promise.all([strikeTwice(attack, program), arena.probe(BYSTANDER)]);

    SCRIPT_OUTCOMES.get(attack.id)?.(seen);
    expectOnTime(attack, seen);
    expectWithinLimits(attack, seen);
    expect(findHostTraces(JSON.stringify([seen.result, seen.refusal?.message, seen.logs]))).toEqual([]);

    expect(snapshotHost(), "this process was changed").toEqual(host);
    expect(arena.hostFailures, "a capability failed inside the host").toEqual([]);
    expect(bystander, "another tenant's realm during the attack").toEqual(clean);
    expect(await probeAfter(attack, program), "the attacker's next realm").toEqual(clean);
    expect(await arena.probe(BYSTANDER), "another tenant's realm after the attack").toEqual(clean);
    expect(arena.peakBytes(), "resident memory").toBeLessThan(PEAK_BYTES);
  });

  test("and what the other tenant keeps in its cache is still there", async () => {
    const result = await arena.run(BYSTANDER, `return [await ctx.cache.get("k"), await ctx.cache.get("K")]`);
    expect(result).toMatchObject({ status: "completed", output: { json: '["theirs",null]' } });
  });

  test("what is stored is data, whatever it looks like", async () => {
    const result = await arena.run("bridge/primordial-tamper", `return ctx.cache.get("k")`);
    const json = '{"__isError":true,"name":"E","message":"m"}';
    expect(result).toMatchObject({ status: "completed", output: { json } });
  });

  test("ctx is frozen all the way down", async () => {
    const walk = `const open = [], seen = new Set();
      (function walk(value, path) {
        if (Object(value) !== value || seen.has(value)) return;
        seen.add(value);
        if (!Object.isFrozen(value)) open.push(path);
        for (const key of Reflect.ownKeys(value)) walk(value[key], path + "." + String(key));
      })(ctx, "ctx");
      return open`;
    expect(await arena.run(BYSTANDER, walk)).toMatchObject({ status: "completed", output: { json: "[]" } });
  });
});

test("the documented globals are those that a script finds", async () => {
  expect(clean.globals).toEqual(ALLOWED_GLOBALS);
  const page = await readFile(new URL("../../../docs/guest-globals.md", import.meta.url), "utf8");
  expect([...page.matchAll(/^- `(.+)`$/gm)].map(([, name]) => name)).toEqual(ALLOWED_GLOBALS);
});

/** Twice, because what one run leaves behind shows in the next. Attacks that fail are not given a second time. */
async function strikeTwice(attack: Attack, program: Program | SkerryError): Promise<Observation> {
  if (program instanceof SkerryError) return { result: undefined, refusal: program, logs: [], calls: [] };
  const first = await arena.strike(attack, program);
  if (first.result?.status !== "completed") return first;
  const second = await arena.strike(attack, program);
  expect(second.result, "the second run").toMatchObject({ output: first.result.output });
  return second;
}

/** In a new context of the isolate that the attack had, where it still is. */
function probeAfter(attack: Attack, program: Program | SkerryError): Promise<RealmView> {
  return arena.probe(attack.class, program instanceof SkerryError ? undefined : program);
}

function expectOnTime(attack: Attack, { result }: Observation): void {
  expect(result?.usage.durationMs ?? 0).toBeLessThan(limitsOf(attack).wallMs + GRACE_MS);
}

function expectWithinLimits(attack: Attack, { result, calls }: Observation): void {
  const { capabilityCalls, outputBytes, logBytes } = limitsOf(attack);
  expect(result?.usage.capabilityCalls ?? 0).toBeLessThanOrEqual(capabilityCalls);
  expect(result?.usage.outputBytes ?? 0).toBeLessThanOrEqual(outputBytes);
  expect(result?.usage.logBytes ?? 0).toBeLessThanOrEqual(logBytes + 16_384);
  expect(calls.filter(({ tenant }) => tenant !== attack.class)).toEqual([]);
}
