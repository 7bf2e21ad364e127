import { stop as stopEsbuild } from "esbuild";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import type { RuntimeBridge } from "../../src/bridges/bridge.ts";
import type { BridgeError } from "../../src/bridges/errors.ts";
import { NodeVmBridge } from "../../src/bridges/node-vm-bridge.ts";
import { ProcessBridge } from "../../src/bridges/process-bridge.ts";
import { QuickJsBridge } from "../../src/bridges/quickjs-bridge.ts";

// What `docs/bridges.md` lists under "Differences between engines", and nothing else: the fuzzer leaves it out.

const v8 = new NodeVmBridge({ timeoutMs: 20_000 });
const quickJs = new QuickJsBridge({ timeoutMs: 20_000 });

beforeAll(() => Promise.all([v8.initialize(), quickJs.initialize()]));
afterAll(async () => {
  await Promise.all([v8.dispose(), quickJs.dispose()]);
  await stopEsbuild();
});

const BETWEEN_ENGINES: ReadonlyArray<readonly [title: string, code: string, v8: unknown, quickJs: unknown]> =
  [
    [
      "long texts in Intl",
      "message(() => 'a'.repeat(20_000).localeCompare('b'))",
      "none",
      "a text of 20000 characters: Intl takes up to 16384 here",
    ],
    ["dates that the standard does not define", "Date.parse('2020-01-01T10:00+01')", NaN, 1_577_869_200_000],
    ["last digits of powers", "10 ** -5", 0.000_01, 0.000_009_999_999_999_999_999],
    ["last digits in another radix", "(1e21).toString(36)", "5v1j4f4ds7c000", "5v1j4f4ds7a000"],
    [
      "last digits of what is read in another radix",
      "parseInt('9007199254740993abcdefghi', 36)",
      2.020_737_047_776_265_2e38,
      2.020_737_047_776_265_6e38,
    ],
    ["order of an inconsistent comparison", "[3, 1, 2].sort((a, b) => a < b)", [3, 1, 2], [3, 2, 1]],
    [
      "texts of errors",
      "message(() => null.x)",
      "Cannot read properties of null (reading 'x')",
      "cannot read property 'x' of null",
    ],
    ["stack without its error", "new Error('m').stack.includes('Error: m')", true, false],
    [
      "order of an error's own names",
      "Object.getOwnPropertyNames(new Error('m'))",
      ["stack", "message"],
      ["message", "stack"],
    ],
    ["text of built-in functions", "String(Math.max).includes('\\n')", false, true],
    [
      "depth of recursion",
      "(function f(n) { try { return f(n + 1) } catch { return n > 3000 } })(0)",
      true,
      false,
    ],
    ["flags inside a pattern", "message(() => RegExp('(?i:a)'))", "none", "invalid group"],
    ["a group name twice", "message(() => RegExp('(?<a>x)|(?<a>y)'))", "none", "duplicate group name"],
    ["sets of characters", "message(() => RegExp('[a--b]', 'v'))", "none", "invalid class range"],
    ["a text spread into an object", "({ ...'ab' })", { 0: "a", 1: "b" }, {}],
    [
      "a property of a Proxy that becomes fixed and stays writable",
      "message(() => Object.defineProperty(new Proxy({ a: 1 }, { defineProperty: Reflect.defineProperty }), 'a', { value: 1, configurable: false }))",
      "none",
      "proxy: inconsistent defineProperty",
    ],
    [
      "what is too new",
      "[typeof DisposableStack, typeof Symbol.dispose, typeof JSON.rawJSON, typeof Uint8Array.fromBase64]",
      ["function", "symbol", "function", "function"],
      ["undefined", "undefined", "undefined", "undefined"],
    ],
    [
      "what is newer still",
      "[typeof Math.sumPrecise, typeof Iterator.zip]",
      ["undefined", "undefined"],
      ["function", "function"],
    ],
  ];

const MESSAGE = "const message = (f) => { try { f(); return 'none' } catch (e) { return e.message } };";

test.each(BETWEEN_ENGINES)("QuickJS differs from V8: %s", async (_, code, ofV8, ofQuickJs) => {
  expect(await v8.execute(`${MESSAGE} return ${code}`)).toEqual(ofV8);
  expect(await quickJs.execute(`${MESSAGE} return ${code}`)).toEqual(ofQuickJs);
});

test("a text of half a gigabyte fits into V8 alone, which counts what it is made of", async () => {
  const code = "return 'x'.repeat(2 ** 29 - 25).length";
  expect(await v8.execute(code)).toBe(2 ** 29 - 25);
  await expect(quickJs.execute(code)).rejects.toMatchObject({
    code: "BRIDGE_MEMORY",
  } satisfies Partial<BridgeError>);
});

test.each([
  ["arguments", "function f(a) { arguments; collect() } for (let i = 0; i < 20; i++) f(i)"],
  [
    "a length that grew",
    "for (let i = 0; i < 30; i++) { const a = [0]; a.length = 245; a.push(2); kept.push(a) } collect()",
  ],
])("memory errors of QuickJS, with %s, end the execution and not the bridge", async (_, code) => {
  const collect =
    "const collect = () => { for (let i = 0; i < 3000; i++) { const o = {}; o.o = o; kept.push(o) } };";
  for (let round = 0; round < 3; round++) {
    const outcome = await quickJs
      .execute(`const kept = []; ${collect} ${code}; return "well"`)
      .catch((error: unknown) => (error as BridgeError).code);
    expect(["well", "BRIDGE_LOST"]).toContain(outcome);
    expect(await quickJs.execute("return [1, 2].map((n) => n * 2)")).toEqual([2, 4]);
  }
});

test("local time and the default language are the host's, in a process of its own UTC and en-US", async () => {
  vi.stubEnv("TZ", "America/New_York");
  onTestFinished(() => void vi.unstubAllEnvs());
  await using jailed = new ProcessBridge();
  const offset = (bridge: RuntimeBridge): Promise<unknown> =>
    bridge.execute("return new Date(0).getTimezoneOffset()");
  expect(await Promise.all([v8, quickJs, jailed].map(offset))).toEqual([300, 300, 0]);
  expect(await jailed.execute("return (1234.5).toLocaleString()")).toBe("1,234.5");
});

/** What every bridge does otherwise than plain JavaScript, because nothing of the realm can be changed. */
const FROM_PLAIN: ReadonlyArray<readonly [title: string, code: string, plain: unknown, bridge: unknown]> = [
  ["built-ins are frozen", "Object.isFrozen(Array.prototype)", false, true],
  [
    "what Object.prototype has can be set even on what is frozen, to no effect",
    "[Reflect.set(Object.freeze({}), 'valueOf', 1), Object.hasOwn(Object.freeze({}), 'valueOf')]",
    [false, false],
    [true, false],
  ],
  [
    "an object that inherits from a pattern or a typed array gets no member of theirs by assignment",
    "[/x/, new Uint8Array()].map((prototype) => Object.hasOwn(assign(Object.create(prototype)), 'constructor'))",
    [true, true],
    [false, false],
  ],
];

const ASSIGN = "const assign = (target) => { target.constructor = 1; return target };";

describe.each([
  ["V8", v8],
  ["QuickJS", quickJs],
])("a bridge with %s differs from plain JavaScript", (_, bridge) => {
  test.each(FROM_PLAIN)("%s", async (_, code, plain, ofBridge) => {
    // oxlint-disable-next-line typescript/no-implied-eval -- what a bridge does, without the bridge
    const program = new Function(`${ASSIGN} return ${code}`) as () => unknown;
    expect(program()).toEqual(plain);
    expect(await bridge.execute(`${ASSIGN} return ${code}`)).toEqual(ofBridge);
  });

  test("what leads back from an untouched object to a changed one leads to the host's own", async () => {
    const order: Record<string, unknown> = { text: "x".repeat(10_000) };
    const items = Array.from({ length: 1_000 }, () => ({ order, list: [order] }));
    const code = "data.order.changed = 1; return data.order";
    const result = (await bridge.execute(code, { order: Object.assign(order, { items }) })) as typeof order;
    const [item] = result["items"] as typeof items;
    expect([result["changed"], item?.order["changed"], item?.list[0] === item?.order]).toEqual([
      1,
      undefined,
      true,
    ]);
  });
});
