import { stop as stopEsbuild } from "esbuild";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { describeBridge } from "../../test/bridge-conformance.ts";
import { QuickJsBridge } from "./quickjs-bridge.ts";

afterAll(stopEsbuild);

/** The default is made for faster engines than this one on a busy machine. */
const SLOW_MS = 10_000;

describeBridge("a QuickJsBridge", (options) => new QuickJsBridge({ timeoutMs: SLOW_MS, ...options }), {
  isImmediate: true,
});

const TIMEOUT_MS = 300;
/** Far below the seconds and minutes that these programs would take. */
const TOLERANCE_MS = 700;
/** A busy machine can hold up an attempt; a loop that does not listen holds up each. */
const ATTEMPTS = 5;

/** Programs that stay in one native loop, where QuickJS does not ask its interrupt handler. */
const NATIVE_LOOPS: Readonly<Record<string, string>> = {
  "a normalisation of many marks": `return ("a" + "\\u0315\\u0300".repeat(1e5)).normalize("NFD").length`,
  "a search for almost a match": `return "a".repeat(2e7).indexOf("a".repeat(1e7) + "b")`,
  "a search in an array of holes": `return new Array(4e9).includes(1)`,
  "a search in what says it is long": `return Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)`,
  "a move in what says it is long": `return Array.prototype.copyWithin.call({ length: 2 ** 53 - 1 }, 0, 1)`,
  "a product of big integers": `return (3n ** (1n << 19n) * 3n ** (1n << 19n)).toString().length`,
  "a big integer as text": `return (3n ** (1n << 19n)).toString().length`,
};

const LISTENING_LOOPS: Readonly<Record<string, string>> = {
  "a loop": "for (;;);",
  "a catastrophic pattern": `return /^(a+)+$/.test("a".repeat(40) + "b")`,
  "a loop that catches everything": "for (;;) try { for (;;); } catch {} finally { continue }",
  "a comparison function without end": "[2, 1].sort(() => { for (;;); })",
  "dates that the host writes out":
    "for (let i = 0; ; i++) new Date(i).toLocaleString('de', { day: 'numeric' })",
  "promises that make promises": "let p = Promise.resolve(); (function f() { p = p.then(f); })(); return 1",
};

const MEMORY_EATERS: Readonly<Record<string, string>> = {
  "an array that grows": "const all = []; for (;;) all.push([all.length])",
  "a map that grows": "const all = new Map(); for (let i = 0; ; i++) all.set(i, [i])",
  "texts that differ": `const all = []; for (let i = 0; ; i++) all.push(String(i).padStart(1e5, "ab"))`,
  "one large buffer": "return new Uint8Array(1e9).length",
  "a buffer behind another name": "return new Uint8Array(new Float64Array(1e8).buffer).length",
  "a filled array": "return new Array(1e8).fill(1).length",
  "what was caught": "const all = []; for (;;) try { for (;;) all.push([1]) } catch { return 1 }",
};

describe("a QuickJsBridge stops", () => {
  const bridge = new QuickJsBridge({ timeoutMs: TIMEOUT_MS });
  beforeAll(() => bridge.initialize());
  afterAll(() => bridge.dispose());

  test.each(Object.entries({ ...NATIVE_LOOPS, ...LISTENING_LOOPS }))("%s", (_, code) => {
    let fastestMs = Infinity;
    for (let attempt = 0; attempt < ATTEMPTS && fastestMs >= TIMEOUT_MS + TOLERANCE_MS; attempt++) {
      const startedAt = performance.now();
      expect(() => bridge.executeSync(code)).toThrow(`the code ran longer than ${TIMEOUT_MS} ms`);
      fastestMs = Math.min(fastestMs, performance.now() - startedAt);
    }
    expect(fastestMs).toBeLessThan(TIMEOUT_MS + TOLERANCE_MS);
    expect(bridge.executeSync("return 1 + 1")).toBe(2);
  });
});

test("a QuickJsBridge whose host functions take too long or give too much says so, and nothing on the console", async () => {
  await using bridge = new QuickJsBridge({ memoryLimitMb: 16, timeoutMs: 100 });
  await bridge.initialize();
  const console = vi.spyOn(globalThis.console, "error");
  const data = {
    wait: () => {
      const until = performance.now() + 150;
      while (performance.now() < until);
      return "x".repeat(1e5);
    },
    large: () => "x".repeat(2 ** 25),
    small: () => "x",
  };
  for (let round = 0; round < 5; round++) {
    expect(() => bridge.executeSync("return data.wait()", data)).toThrow("ran longer than 100 ms");
    expect(() => bridge.executeSync("try { data.large() } catch {} return data.small()", data)).toThrow(
      "memory",
    );
    const full = "const all = []; try { for (;;) all.push([]) } catch { for (;;) data.small() }";
    expect(() => bridge.executeSync(full, data)).toThrow(/memory|ran longer/);
  }
  expect(console).not.toHaveBeenCalled();
  console.mockRestore();
});

describe("a QuickJsBridge of 16 MiB holds", () => {
  const bridge = new QuickJsBridge({ memoryLimitMb: 16, timeoutMs: 10_000 });
  beforeAll(() => bridge.initialize());
  afterAll(() => bridge.dispose());

  test.each(Object.entries(MEMORY_EATERS))("%s", (_, code) => {
    const before = process.memoryUsage.rss();
    expect(() => bridge.executeSync(code)).toThrow("the code used more memory than 16 MiB");
    expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 1024 * 1024);
    expect(bridge.executeSync("return 1 + 1")).toBe(2);
  });

  test("what the host gives it, and takes no harm when that is too much", () => {
    const data = { large: () => "x".repeat(2 ** 25), small: () => "x" };
    const caught = "try { data.large() } catch {} return data.small()";
    expect(() => bridge.executeSync(caught, data)).toThrow("the code used more memory than 16 MiB");
    expect(() => bridge.executeSync(`return "${"x".repeat(2 ** 25)}".length`)).toThrow(
      "more memory than 16 MiB",
    );
    expect(bridge.executeSync("return data.small() + JSON.stringify([1, { a: 1 }])", data)).toBe(
      'x[1,{"a":1}]',
    );
  });

  test.each([
    ["data that nests deeply", `return JSON.parse("[".repeat(1e6))`],
    ["code that nests deeply", `return eval("(".repeat(1e6))`],
    ["objects that turn into text without end", `const o = { toString: () => "" + o }; return "" + o`],
    ["a function that calls itself", "(function f() { f(); })()"],
  ])("the stack of %s", (_, code) => {
    expect(() => bridge.executeSync(code)).toThrow(/stack/);
    expect(bridge.executeSync("return 1 + 1")).toBe(2);
  });
});

describe("after a failure a QuickJsBridge", () => {
  test("has nothing of what ran before, and still knows the open scopes", async () => {
    await using bridge = new QuickJsBridge({ timeoutMs: TIMEOUT_MS });
    await bridge.initialize();
    using scope = bridge.openScope({
      text: "x".repeat(10_000),
      list: [1, 2, 3],
      twice: (n: number) => n * 2,
    });
    expect(scope.executeSync("return data.text.length")).toBe(10_000);
    expect(() => scope.executeSync("Symbol.for('x'); data.list[1] = 9; for (;;);")).toThrow("ran longer");
    expect(scope.executeSync("return [data.list[1], data.twice(21), data.text.length]")).toEqual([
      2, 42, 10_000,
    ]);
  });

  test("has cost no other bridge anything", async () => {
    await using one = new QuickJsBridge({ memoryLimitMb: 8 });
    await using other = new QuickJsBridge({ memoryLimitMb: 8 });
    await Promise.all([one.initialize(), other.initialize()]);
    using scope = other.openScope({ list: Array.from({ length: 1_000 }, (_, n) => ({ n })) });
    const sum = "return data.list.reduce((sum, { n }) => sum + n, 0)";
    expect(scope.executeSync(sum)).toBe(499_500);
    expect(() => one.executeSync("const all = []; for (;;) all.push([1])")).toThrow("more memory");
    await one.dispose();
    expect(scope.executeSync(sum)).toBe(499_500);
  });
});

test("a QuickJsBridge copies lazy arrays, with a change, however often memory is collected meanwhile", async () => {
  await using bridge = new QuickJsBridge({ timeoutMs: 20_000 });
  await bridge.initialize();
  const rows = Array.from({ length: 600 }, (_, n) => [n, [n]]);
  const code = `
    const { rows } = data, kept = [];
    for (let i = 0; i < 10; i++)
      kept.push(rows.with(1, {}), rows.toSpliced(1, 3, i), rows.toReversed(), rows.toSorted((a, b) => b[0] - a[0]));
    const [first, second, third, fourth] = kept.map((list) => [list.length, list.at(0)[0], list.at(-1)[0]]);
    return [first, second, third, fourth, [rows.with.length, rows.with.name]]`;
  for (let round = 0; round < 30; round++) {
    expect(bridge.executeSync(code, { rows })).toEqual([
      [600, 0, 599],
      [598, 0, 599],
      [600, 599, 0],
      [600, 599, 0],
      [2, "with"],
    ]);
  }
  const odd = "return [[1, , 3].with(0, 2), [].with.call({ length: 2, 0: 'a' }, 1, 'b'), [3, 1].toSorted()]";
  expect(bridge.executeSync(odd)).toEqual([
    [2, undefined, 3],
    ["a", "b"],
    [1, 3],
  ]);
  for (const refused of ["[].with.call(null, 0)", "[1].with(1, 0)", "[].toSorted.call({ length: 2 ** 32 })"])
    expect(() => bridge.executeSync(refused)).toThrow(expect.objectContaining({ code: "BRIDGE_SCRIPT" }));
});

test("a QuickJsBridge gives the host's Intl no more than it can do at once", async () => {
  await using bridge = new QuickJsBridge({ timeoutMs: SLOW_MS });
  const attempts = [
    `(1).toLocaleString({ length: 2 ** 53 - 1 })`,
    `(1).toLocaleString(new Proxy([], { get: (_, key) => (key === "length" ? 2 ** 53 - 1 : "de"), has: () => true }))`,
    `new Intl.ListFormat().format((function* () { for (;;) yield "a" })())`,
    `new Intl.ListFormat().format(["a".repeat(1e5)])`,
    `(10n ** 1000n).toLocaleString()`,
    `new Intl.NumberFormat().format("1".repeat(1000))`,
    `"a".localeCompare("a".repeat(16385))`,
    `"a".localeCompare("a" + "\\u0300".repeat(31))`,
    `new Intl.Segmenter().segment("a".repeat(16385))`,
    `"i".repeat(65537).toLocaleUpperCase("tr")`,
    `(1).toLocaleString("de", { style: "x".repeat(1e6) })`,
  ];
  for (const attempt of attempts) {
    const code = `try { return ${attempt} } catch (error) { return error instanceof RangeError }`;
    expect([attempt, await bridge.execute(code)]).toEqual([attempt, true]);
  }
  await expect(
    bridge.execute(
      `return new Intl.NumberFormat(undefined, { maximumSignificantDigits: 21 }).format("1e-999999999")`,
    ),
  ).resolves.toBe("0");
});

test("a QuickJsBridge has no clock but the date and no name that the language does not have", async () => {
  await using bridge = new QuickJsBridge();
  const names = [
    "performance",
    "DOMException",
    "InternalError",
    "queueMicrotask",
    "SharedArrayBuffer",
    "print",
  ];
  await expect(bridge.execute(`return [${names.map((name) => `typeof ${name}`).join()}]`)).resolves.toEqual(
    names.map(() => "undefined"),
  );
});
