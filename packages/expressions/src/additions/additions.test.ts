import { afterEach, describe, expect, test } from "vitest";
import { IsolatedVmBridge, ProcessBridge, QuickJsBridge, type RuntimeBridge } from "@skerry/sandbox";
import { ExpressionEvaluator } from "../evaluator/evaluator.ts";
import type { EvaluatorOptions } from "../evaluator/options.ts";
import { defineExtension } from "./extension.ts";
import { defineLibrary } from "./library.ts";
import { listExtensions } from "./listing.ts";

const MASK = defineExtension({
  on: "string",
  name: "mask",
  aliases: ["hideMiddle"],
  description: "The text with all but its last characters hidden.",
  parameters: [{ name: "shown", type: "number", default: 4, description: "Characters that stay." }],
  returns: "string",
  examples: [{ expression: '"4242424242424242".mask()', result: "••••••••••••4242" }],
  run(value, shown: unknown = 4) {
    if (typeof shown !== "number") {
      throw Object.assign(new Error("mask() takes a number"), { name: "ExpressionExtensionError" });
    }
    return "•".repeat(Math.max(0, value.length - shown)) + value.slice(value.length - shown);
  },
});
const TOTAL = defineExtension({
  on: "array",
  name: "total",
  description: "The sum of a field.",
  returns: "number",
  run: (value, field) =>
    value.reduce((sum: number, item) => sum + Number((item as Record<string, number>)[String(field)]), 0),
});
const SLUGS = defineLibrary({
  name: "slugs",
  description: "Makes parts of URLs.",
  script:
    "var count = 0; const slugs = { count, make: (text) => text.toLowerCase().replaceAll(' ', '-') } // end",
});
const UMD = defineLibrary({
  name: "umd",
  description: "Does nothing.",
  script: "(function (root) { root.umd = { here: true }; })(this)",
});

const ADDITIONS = { extensions: [MASK, TOTAL], libraries: [SLUGS, UMD] };

let evaluator: ExpressionEvaluator | undefined;
afterEach(() => evaluator?.dispose());

function open(options: EvaluatorOptions): ExpressionEvaluator {
  return (evaluator = new ExpressionEvaluator(options));
}

describe("additions of a host", () => {
  test.each<[name: string, createBridge: () => RuntimeBridge]>([
    ["ProcessBridge", () => new ProcessBridge()],
    ["IsolatedVmBridge", () => new IsolatedVmBridge()],
    ["QuickJsBridge", () => new QuickJsBridge()],
  ])("work in %s, frozen as all else", async (_, createBridge) => {
    const added = open({ createBridge, ...ADDITIONS });
    const tree = {
      mask: "{{ $json.card.mask() }} {{ $json.card.hideMiddle(2) }} {{ $json.none?.mask() }}",
      total: "{{ $json.items.total('price') }}",
      ownMethod: "{{ new (class { mask() { return 'own' } })().mask() }}",
      library: "{{ slugs.make('Hello World') }} {{ umd.here }}",
      tampered:
        "{{ (() => { slugs.make = null; slugs.count = 1; umd.x = 1; return [slugs.count, umd.x] })() }}",
      left: "{{ (() => {}).constructor('return typeof __expressionAdditions')() }}",
    };
    const data = { $json: { card: "42424242", items: [{ price: 2 }, { price: 3 }] }, slugs: "hidden" };
    expect(await added.evaluateAll(tree, data)).toEqual({
      mask: "••••4242 ••••••42 ",
      total: 5,
      ownMethod: "own",
      library: "hello-world true",
      tampered: [0, undefined],
      left: "undefined",
    });
    const misuse = added.evaluate("{{ 'x'.mask('y') }}", {}, { errors: "undefined" });
    await expect(misuse).rejects.toMatchObject({
      code: "EXPRESSION_EXTENSION",
      message: /^mask\(\) takes a number/,
    });
    const wrongType = added.evaluate("{{ (5).mask() }}", {}, { errors: "undefined" });
    await expect(wrongType).rejects.toMatchObject({
      code: "EXPRESSION_EXTENSION",
      message: /is for strings/,
    });
  });

  test("are unknown to an evaluator that was not given them", async () => {
    const plain = open({ createBridge: () => new IsolatedVmBridge() });
    expect(await plain.evaluate("{{ typeof slugs }} {{ typeof __expressionAdditions }}", {})).toBe(
      "undefined undefined",
    );
    await expect(plain.evaluate("{{ 'x'.mask() }}", {})).rejects.toMatchObject({ code: "EXPRESSION_FAILED" });
  });

  test("are no data", () => {
    const added = open({ createBridge: () => new IsolatedVmBridge(), ...ADDITIONS });
    expect(added.describe("{{ slugs.make($json.a) + slugsOf.b }}").map(({ path }) => path)).toEqual([
      "$json.a",
      "slugsOf.b",
    ]);
  });

  test("are told when their script leaves nothing", async () => {
    const library = defineLibrary({
      name: "gone",
      description: "Leaves nothing.",
      script: "const other = 1",
    });
    const added = open({ createBridge: () => new IsolatedVmBridge(), libraries: [library] });
    await expect(added.initialize()).rejects.toThrow("gone leaves no global of that name");
  });

  test("have names of their own", () => {
    const createBridge = (): RuntimeBridge => new IsolatedVmBridge();
    expect(() => open({ createBridge, extensions: [MASK, MASK] })).toThrow("string.mask is added twice");
    expect(() => open({ createBridge, libraries: [UMD, UMD] })).toThrow("umd is added twice");
  });
});

describe("defineExtension", () => {
  const outside = 4;
  const text = { on: "string", name: "x", description: "X.", returns: "any" } as const;

  test.each<[string, () => unknown, RegExp]>([
    [
      "a name from around it",
      () => defineExtension({ ...text, run: (value) => value.length + outside }),
      /uses outside/,
    ],
    [
      "the host's globals",
      () => defineExtension({ ...text, run: () => process.env }),
      /uses process from around/,
    ],
    [
      "this of around",
      () => defineExtension({ ...text, run: () => (globalThis as { x?: 1 }).x }),
      /uses globalThis/,
    ],
    ["a promise", () => defineExtension({ ...text, run: async () => 1 }), /at once/],
    ["a generator", () => defineExtension({ ...text, *run() {} }), /at once/],
    ["a native function", () => defineExtension({ ...text, run: String }), /no readable text/],
    ["a bound function", () => defineExtension({ ...text, run: String.bind(null) }), /no readable text/],
    [
      "a name of JavaScript",
      () => defineExtension({ ...text, name: "trim", run: () => 1 }),
      /JavaScript or Luxon/,
    ],
    [
      "a name of every object",
      () => defineExtension({ ...text, name: "toString", run: () => 1 }),
      /JavaScript/,
    ],
    [
      "a name of ours",
      () => defineExtension({ ...text, aliases: ["toTitleCase"], run: () => 1 }),
      /toTitleCase .* already/,
    ],
    [
      "a name that is none",
      () => defineExtension({ ...text, name: "a-b", run: () => 1 }),
      /must be an identifier/,
    ],
    [
      "an unknown type",
      () => defineExtension({ ...text, on: "map" as "any", run: () => 1 }),
      /on "map"; possible are/,
    ],
  ])("refuses %s", (_, define, message) => {
    expect(define).toThrow(TypeError);
    expect(define).toThrow(message);
  });

  test("takes every way to write a function", () => {
    const runs = [
      (value: string) => value,
      function (value: string) {
        return value;
      },
      (value: string, { a = 1 } = {}) => [value, a],
    ];
    const method = defineExtension({
      ...text,
      run(value) {
        const double = (x: string): string => x + x;
        return double(value).length * Math.PI;
      },
    });
    const defined = [...runs.map((run) => defineExtension({ ...text, run })), method];
    const values = defined.map(({ source }) => {
      // oxlint-disable-next-line typescript/no-implied-eval -- what the guest does with the text
      const run = new Function("value", `"use strict"; return (${source})(value)`) as (
        value: string,
      ) => unknown;
      return run("v");
    });
    expect(values).toEqual(["v", "v", ["v", 1], 2 * Math.PI]);
  });
});

test.each<[string, string, RegExp]>([
  ["a b", "", /must be an identifier/],
  ["class", "", /must be an identifier/],
  ["Math", "", /something else by that name/],
  ["$now", "", /something else by that name/],
  ["lib", "const lib = ;", /script of the library lib cannot be parsed/],
])("defineLibrary refuses %j", (name, script, message) => {
  expect(() => defineLibrary({ name, script, description: "" })).toThrow(message);
});

test("listExtensions tells of the host's functions as of ours", () => {
  const listed = listExtensions({ extensions: [MASK] });
  expect(listed.find(({ name }) => name === "mask")).toEqual({
    on: "string",
    name: "mask",
    aliases: ["hideMiddle"],
    description: MASK.description,
    parameters: MASK.parameters,
    returns: "string",
    examples: MASK.examples,
  });
  expect(listed.filter(({ on }) => on === undefined).map(({ name }) => name)).toContain("$if");
  expect(listExtensions().some(({ name }) => name === "mask")).toBe(false);
});
