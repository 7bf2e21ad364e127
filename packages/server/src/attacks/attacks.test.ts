import { readFile } from "node:fs/promises";
import { afterAll, describe, expect, test } from "vitest";
import { testAttacks } from "../../test/attack-tests.ts";
import { ALLOWED_GLOBALS } from "./allowed-globals.ts";
import { type Arena, BYSTANDER, createArena } from "./arena.ts";
import { ATTACKS, type Attack, kindOf, selectAttacks } from "./catalogue.ts";
import { JAIL_OUTCOMES } from "./jail/outcomes.ts";
import { SCRIPT_OUTCOMES } from "./outcomes.ts";
import { compileAttack } from "./program.ts";
import { createAttackSuite } from "./suite.ts";
import { wallOf } from "./walls.ts";

const suite = createAttackSuite();

afterAll(() => suite[Symbol.asyncDispose]());

test("the catalogue is whole, and every entry has a wall", () => {
  expect(ATTACKS).toHaveLength(413);
  expect(new Set(ATTACKS.map(({ id }) => id)).size).toBe(413);
  for (const attack of ATTACKS) expect(() => wallOf(attack)).not.toThrow();
});

test("no outcome is written down for an attack that there is not", () => {
  const ids = new Set(ATTACKS.map(({ id }) => id));
  expect([...SCRIPT_OUTCOMES.keys(), ...JAIL_OUTCOMES.keys()].filter((id) => !ids.has(id))).toEqual([]);
});

describe("an attack is contained", () => {
  testAttacks(
    suite,
    ATTACKS.filter((attack) => kindOf(attack) !== "jail"),
  );
});

describe("an attack is not contained when", () => {
  const harmless: Attack = { id: "data.prototype-keys.05", class: "data/prototype-keys", code: "", must: "" };
  const breaches: ReadonlyArray<readonly [name: string, attack: Attack, detail: RegExp]> = [
    ["it ends otherwise than it must", { ...harmless, code: "return 1" }, /^returned 1, not "x"/],
    ["nobody has said how it must end", { ...harmless, id: "data.new.01" }, /^no outcome is written down/],
    [
      "a path of this machine comes out",
      {
        ...harmless,
        id: "leak.side-channel.10",
        code: `ctx.log.info(${JSON.stringify(import.meta.filename)}); return "undefined,undefined"`,
      },
      /^what came out tells of this machine: the path of Skerry/,
    ],
    [
      "its second run sees its first one",
      { ...harmless, id: "isolation.cross-run.13", code: "return await ctx.cache.increment('runs')" },
      /^the first run returned "1", the second one returned "2"/,
    ],
    [
      "a request is sent to where it must not go",
      {
        id: "ssrf.hostname.05",
        class: "ssrf/hostname",
        code: "return await host.fetch('https://example.test/')",
        must: "",
      },
      /^returned /,
    ],
    [
      "a row is changed that is not to be",
      {
        id: "sql.tenant-switch.23",
        class: "sql/tenant-switch",
        code: `return await host.db.query("delete from users")`,
        must: "",
      },
      /^rows were changed/,
    ],
    [
      "an expression gets hold of a value",
      { id: "expr.access.01", class: "expr/access", code: "{{ 'object' }}", must: "" },
      /^gave "object", not undefined or "undefined"/,
    ],
  ];
  test.for(breaches)("%s", async ([, attack, detail]) => {
    const result = await suite.run(attack);
    expect(result).toMatchObject({ verdict: "not-contained", detail: expect.stringMatching(detail) });
  });
});

describe("scripts find", () => {
  let arena: Arena;
  afterAll(() => arena[Symbol.asyncDispose]());

  test("the documented globals and no others", async () => {
    arena = await createArena({ isolation: "full", http: {} });
    expect(arena.cleanRealm.globals).toEqual(ALLOWED_GLOBALS);
    const page = await readFile(new URL("../../../../docs/guest-globals.md", import.meta.url), "utf8");
    expect([...page.matchAll(/^- `(.+)`$/gm)].map(([, name]) => name)).toEqual(ALLOWED_GLOBALS);
  });

  test("what they stored as data, whatever it looks like", async () => {
    const [attack] = selectAttacks(["bridge.primordial-tamper.17"]);
    const program = await compileAttack(attack as Attack);
    if (program instanceof Error) throw program;
    await arena.strike(attack as Attack, program);
    const result = await arena.run("bridge/primordial-tamper", `return ctx.cache.get("k")`);
    const json = '{"__isError":true,"name":"E","message":"m"}';
    expect(result).toMatchObject({ status: "completed", output: { json } });
  });

  test("ctx frozen all the way down, but for its signal", async () => {
    const walk = `const open = [], seen = new Set();
      (function walk(value, path) {
        if (Object(value) !== value || seen.has(value)) return;
        seen.add(value);
        if (!Object.isFrozen(value)) open.push(path);
        for (const key of Reflect.ownKeys(value)) walk(value[key], path + "." + String(key));
      })(ctx, "ctx");
      return open`;
    // Each execution has its own AbortSignal, whose `onabort` it may set.
    const json = '["ctx.signal"]';
    expect(await arena.run(BYSTANDER, walk)).toMatchObject({ status: "completed", output: { json } });
  });
});

test("attacks are chosen by the beginnings of classes and ids", () => {
  expect(selectAttacks(["jail.child-process.1", "ssrf/host"]).map(({ id }) => id.slice(0, 6))).toEqual([
    ...Array<string>(7).fill("ssrf.h"),
    ...Array<string>(5).fill("jail.c"),
  ]);
  expect(new Set(selectAttacks(["expr", "inject"]).map(kindOf))).toEqual(new Set(["expression"]));
  expect(() => selectAttacks(["limit", "nothing"])).toThrow(/"nothing"; the groups are bridge, code/);
});
