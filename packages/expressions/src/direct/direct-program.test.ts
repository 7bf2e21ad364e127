import type { HostData } from "@skerry/sandbox/bridges";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Guest } from "../../test/direct/guest.ts";
import { compileTemplate } from "../compiler/template-compilation.ts";
import { compileTree } from "../compiler/tree-compilation.ts";
import { STANDALONE_FUNCTIONS, extensionNames } from "../extensions/guest/index.ts";
import { UNREACHABLE, createNames } from "../runtime/guest/names.ts";
import type { Settings } from "../runtime/guest/settings.ts";
import { UNSURE, createDirect } from "./direct-program.ts";

const ITEMS = [
  { id: 1, name: "ada", price: 2.5, tags: ["x", "y"], active: true },
  { id: 2, name: "bob", price: 4, tags: [], active: false },
];
const DATA = {
  $json: {
    user: { name: "ada lovelace", "e-mail": "a@b.c" },
    a: 3,
    b: null,
    items: ITEMS,
    empty: {},
    text: "a,b",
  },
  x: { constructor: "own", ["toString"]: 5 },
};

/** Some ms are meant; compiling functions and collecting garbage count as well. */
const MAX_CPU_US = 1_000_000;

let guest: Guest;

beforeAll(async () => {
  guest = await Guest.start();
});

afterAll(() => guest[Symbol.asyncDispose]());

function run(text: string, data: HostData = DATA, settings: Settings = {}): unknown {
  const program = createDirect(compileTemplate(text, { extensionNames }));
  return program ? program.run(data, settings) : UNSURE;
}

describe("a direct evaluation", () => {
  test.for([
    "no code",
    "{{ $json.user.name }}",
    "{{ $json.user['e-mail'] }} {{ $json['us' + 'er'].name }}",
    "Hello {{ $json.user.name }}, {{ $json.a }}{{ $json.b }}{{ false }}{{ [1, null, 'c'] }}",
    "{{ $json.items[1].tags.length + $json.items[0]['tags'][1] }}",
    "{{ $json?.none?.deep.name }}",
    "{{ $json.missing ?? $json.b ?? 'default' }}",
    "{{ $json.a * 2 + 7 / 3 - -1 % 2 }}",
    "{{ `${$json.a} < ${$json.user.name}` }}",
    "{{ $json.a >= 3 && !$json.b ? 'yes' : 'no' }}",
    "{{ $if($json.a > 3, 'more', { a: $json.user, ...$json.user, [$json.a]: [...$json.items, 1] }) }}",
    "{{ [$json.b == null, $json.a === '3', $json.a == '3', typeof $json.none, void 0, -0] }}",
    "{{ x.constructor + x.toString }}",
    "{{ $json.user.name.toUpperCase().slice(0, 3).padEnd(5, '.') }}",
    "{{ $json.text.split(',').join(' and ').replace('a', 'b') }}",
    "{{ (2.005).toFixed(2) + Math.max(1, $json.a) + Number('4') + parseInt('12px', 10) }}",
    "{{ $json.user.name.toTitleCase() }} {{ $json.user.name.toSnakeCase() }}",
    "{{ $json.items.first().name + $json.items.last().price.round(1) + $json.items.isEmpty() }}",
    "{{ [1, 2, 3].sum() + [1, 2].average() + $max(1, 2) }}",
    "{{ [$json.none.isEmpty(), $json.empty.isEmpty(), $ifEmpty($json.empty, 1), $ifEmpty($json.items, 1)] }}",
    "{{ $json.items.map(item => item.name.toUpperCase() + $json.a) }}",
    "{{ $json.items.map((item, i) => ({ i, item, tags: item.tags.map(tag => tag + i) })) }}",
    "{{ $json.items.filter(item => item.active).length + $json.items.findIndex(item => item.id === 2) }}",
    "{{ $json.items.filter(item => item.price > 3) }}",
    "{{ $json.items.find(item => item.id > 9) }} {{ $json.items.some(item => item.active) }}",
    "{{ $json.items.reduce((sum, item) => sum + item.price, 0) }}",
    "{{ Object.entries($json.user) }}",
    "{{ JSON.stringify($json.items, null, 2) + JSON.stringify($json.a) + $json.items.toJsonString() }}",
    "{{ $json }}",
  ])("gives what the guest gives: %s", (text) => {
    const value = run(text);
    expect(value).not.toBe(UNSURE);
    expect({ value }).toStrictEqual(guest.answer(compileTemplate(text, { extensionNames }), DATA, {}));
  });

  test("gives copies", () => {
    for (const text of [
      "{{ $json.items[0] }}",
      "{{ $json.items.map(item => item)[0] }}",
      "{{ [$json.items[0]][0] }}",
    ]) {
      const value = run(text);
      expect(value).toEqual(ITEMS[0]);
      expect(value).not.toBe(ITEMS[0]);
      expect((value as (typeof ITEMS)[0]).tags).not.toBe(ITEMS[0]?.tags);
    }
  });

  test("follows the rule for errors", () => {
    expect(run("{{ $json.none.deep }}")).toBe(UNSURE);
    expect(run("{{ $json.none.deep }}", DATA, { errors: "undefined" })).toBeUndefined();
    expect(run("a{{ $json.none.deep + (1n).x }}", DATA, { errors: "undefined" })).toBe(UNSURE);
    expect(run("a{{ $json.none.trim([]) }}b{{ $json.a }}", DATA, { errors: "undefined" })).toBe("ab3");
    // Errors of extension functions are never swallowed, and those of operators alone neither.
    expect(run("{{ 'x'.toNumber() }}", DATA, { errors: "undefined" })).toBe(UNSURE);
    expect(run("{{ [].chunk(0) }}", DATA, { errors: "undefined" })).toBe(UNSURE);
    expect(run("{{ Symbol() + 1 }}", DATA, { errors: "undefined" })).toBe(UNSURE);
  });

  test("evaluates trees", () => {
    const evaluate = (tree: unknown): unknown => {
      const program = createDirect(compileTree(JSON.stringify(tree), { extensionNames }));
      return program?.run(DATA, { errors: "undefined" });
    };
    const tree = {
      a: "{{ $json.a }}",
      b: ["{{ $json.items }}", "text", 5, null, "{{ $json.a }}"],
      c: "{{ $json.b.c }}",
    };
    const value = evaluate(tree) as { b: unknown[] };
    expect(value).toEqual({ a: 3, b: [ITEMS, "text", 5, null, 3], c: undefined });
    expect(value.b[0]).not.toBe(ITEMS);
    const proto = evaluate(JSON.parse('{"__proto__": "{{ $json.a }}"}'));
    expect(Object.entries(proto as object)).toEqual([["__proto__", 3]]);
    expect(evaluate({ a: "{{ $json.a }}", b: "{{ $now }}" })).toBeUndefined();
  });
});

describe("is left to the guest:", () => {
  const stranger: Record<string, unknown> = {
    getter: Object.defineProperty({}, "a", { enumerable: true, get: () => expect.unreachable() }),
    hidden: Object.defineProperty({}, "a", { value: 1 }),
    date: new Date(),
    map: new Map(),
    instance: new (class {
      a = 1;
    })(),
    call: () => expect.unreachable(),
    big: 1n,
    symbol: Symbol("s"),
    hole: Object.assign([1], { 2: 3 }),
    twice: [ITEMS, ITEMS],
  };

  test.for([
    "{{ s.getter.a }}",
    "{{ s.getter }}",
    "{{ s.getter.isEmpty() }}",
    "{{ Object.values(s.getter) }}",
    "{{ JSON.stringify(s.getter) }}",
    "{{ s.hidden.a }}",
    "{{ s.date }}",
    "{{ !s.map }}",
    "{{ s.instance.a }}",
    "{{ s.call }}",
    "{{ s.call() }}",
    "{{ s.big }}",
    "{{ typeof s.symbol }}",
    "{{ s.hole.map(item => 1) }}",
    "{{ s.hole }}",
    "{{ s.twice }}",
    "{{ s.twice[0] === s.twice[1] }}",
    "{{ s.hole.concat }}",
    "{{ s + '' }}",
    "{{ ({ __proto__: s }) }}",
    "{{ s.a = 1 }}",
    "{{ this }}",
    "{{ (() => 1)() }}",
    "{{ [1].map(async item => item) }}",
    "{{ [1].map(item => { return item }) }}",
    "{{ /a+$/.test('aaa') }}",
    "{{ 'a'.replace('a', '$&') }}",
    "{{ 'a'.localeCompare('b') }}",
    "{{ (0.1).toString(2) }}",
    "{{ 2 ** 0.5 }}",
    "{{ new Array(5) }}",
    "{{ `${s.instance}` }}",
    "{{ $now }}",
    "{{ $json['__proto__'] }}",
    "{{ ''.constructor }}",
  ])("%s", (text) => {
    expect(run(text, { s: stranger, $json: {} }, { errors: "undefined" })).toBe(UNSURE);
  });

  test("every name that the guest takes for itself", () => {
    const standalone = STANDALONE_FUNCTIONS.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
    const taken = ["Math", "Object", "_", "extend", ...standalone, ...createNames({}).keys()];
    for (const name of taken.filter((each) => each !== "this")) {
      const compiled = compileTemplate(`{{ ${name} }}`, { extensionNames });
      const data = { [name]: "data" };
      const value = createDirect(compiled)?.run(data, {}) ?? UNSURE;
      if (value !== UNSURE) expect([name, { value }]).toEqual([name, guest.answer(compiled, data, {})]);
      expect([name, createDirect(compiled)?.run({}, {}) ?? UNSURE]).toEqual([name, UNSURE]);
    }
    for (const name of UNREACHABLE) expect([name, run(`{{ ${name} }}`, {})]).toEqual([name, UNSURE]);
  });

  test("every name that the host gave to it", () => {
    const added = new Set(["slugs", "mask", "map"]);
    for (const text of ["{{ slugs }}", "{{ 'x'.mask() }}", "{{ $json.items.map(item => 1) }}"]) {
      expect(createDirect(compileTemplate(text, { extensionNames }), added)).toBeUndefined();
    }
  });
});

describe("a hostile template", () => {
  const numbers = Array.from({ length: 15_000 }, (_, index) => index);
  const long = "a".repeat(5_000_000);
  const data = {
    n: numbers,
    few: numbers.slice(0, 400),
    long,
    // An equal text that is another one: comparing them takes as long as they are.
    other: Array.from(long).join(""),
    text: "a".repeat(60_000),
    digits: "1".repeat(5_000_000),
    list: numbers.map((id) => ({ id })),
    wide: Object.fromEntries(numbers.slice(0, 1_000).map((id) => [`key${id}`, id])),
  };

  test.for([
    "few.map(a => few.map(b => few.map(c => a)))",
    "few.slice(0, 20).reduce((all, i) => [...all, ...all], [1])",
    "few.slice(0, 15).reduce((all, i) => all + all, 'abcdefgh')",
    "few.map(i => `${text}${text}`)",
    "few.map(i => long === other)",
    "few.map(i => long < other)",
    "few.map(i => +digits)",
    "few.map(i => ({})[long])",
    "few.map(i => text.toUpperCase())",
    "few.map(i => text.indexOf('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'))",
    "few.map(i => text.split('').length)",
    "few.map(i => text.slice(0, 4000).toSentenceCase())",
    "few.map(i => JSON.stringify(list))",
    "few.map(i => Object.keys(wide))",
    "few.map(i => ({ ...wide }))",
    "few.map(i => list.last() && list.slice(0).length)",
    "n.map(i => (1.5).toFixed(100))",
    "long.toTitleCase()",
    "long.trim()",
    "text.replaceAll('a', 'bcd')",
    "text.concat(text)",
    "few.join(text)",
    "'x'.repeat(100000)",
    "'x'.padEnd(100000)",
    "JSON.stringify(few.map(i => [few, few]), null, 10)",
  ])("takes no long time: %s", (code) => {
    const startedAt = process.cpuUsage();
    expect(run(`{{ ${code} }}`, data)).toBe(UNSURE);
    expect(process.cpuUsage(startedAt).user).toBeLessThan(MAX_CPU_US);
  });

  test("stops at the first thing that is too much", () => {
    const startedAt = process.cpuUsage();
    expect(run(`{{ [${"JSON.stringify(wide.map),JSON.stringify(list),".repeat(800)}] }}`, data)).toBe(UNSURE);
    expect(run(`{{ [${"few.map(a => few.map(b => few)),".repeat(800)}] }}`, data)).toBe(UNSURE);
    expect(process.cpuUsage(startedAt).user).toBeLessThan(MAX_CPU_US);
  });

  test.for([
    "$json['const' + 'ructor']['const' + 'ructor']('return process')()",
    "$json[`constructor`]",
    "$json?.['constructor']?.['constructor']",
    "$json['constr'.concat('uctor')]",
    "[...'x'].constructor.from.constructor('return typeof process')()",
    "$json.items.find((item, i, all) => all.constructor)",
    "$json.items.map(constructor => constructor.constructor)",
    "Math.max.constructor('return process')()",
    "Math['max'].constructor",
    "Object.keys.call",
    "Object['getPrototypeOf']($json)",
    "JSON.parse('{}')",
    "Object.assign($json, { polluted: 1 })",
    "({ ...globalThis }).process",
    "({ ['__proto__']: { polluted: 1 } }).polluted",
    "({ '__proto__': $json.items }).length",
    "$json.__proto__.polluted = 1",
    "$json.items.push(1)",
    "$json.items.reverse().push(1)",
    "$json.items.map.call",
    "$json.items.map(item => item.toString.constructor)",
    "$json.items.reduce((all, item) => all.constructor.constructor, $json)",
    "'a'.sub.constructor('return process')()",
    "'a'['toUpperCase'].constructor",
    "(1).toFixed.constructor",
    "$ifEmpty.constructor('return process')()",
    "$max['constructor']",
    "String.raw",
    "String.prototype.trim.constructor",
    "$json.items.first.constructor",
    "arguments.callee",
    "globalThis.process",
    "new.target",
    "this.constructor.constructor('return process')()",
  ])("reaches nothing: %s", (code) => {
    const before = structuredClone(DATA);
    let value: unknown;
    try {
      value = run(`{{ ${code} }}`, DATA, { errors: "undefined" });
    } catch {
      // It cannot even be compiled.
      value = UNSURE;
    }
    expect(value).toBe(UNSURE);
    expect(DATA).toEqual(before);
    expect("polluted" in {}).toBe(false);
  });
});
