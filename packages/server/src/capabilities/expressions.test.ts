import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";

interface Run {
  readonly output: unknown;
  readonly capabilityCalls: number;
}

let skerry: TestPlatform;
let tenant: TestClient;

beforeAll(async () => {
  skerry = await createTestPlatform();
  tenant = await skerry.createTenant("acme");
});

afterAll(() => skerry[Symbol.asyncDispose]());

/** Runs the body of a script once. */
async function run(name: string, body: string): Promise<Run> {
  const source = `
    const tell = (promise) => promise.then((value) => ({ value }), ({ code, message }) => ({ code, message }));
    export default async (_, ctx) => {
      const evaluate = (...args) => tell(ctx.expressions.evaluate(...args));
      ${body}
    };`;
  const script = await tenant.request("POST", "/api/v1/scripts", { name, type: "oneoff", source });
  if (script.status !== 201) throw new Error(script.text);
  return (await tenant.request<Run>("POST", `/api/v1/scripts/${name}/execute`, {})).body;
}

test("templates have the language's functions, names and settings", async () => {
  const { output } = await run(
    "language",
    `const data = { $json: { user: { name: "ada lovelace" }, list: [3, 1, 2] }, factor: 2 };
    return Promise.all([
      evaluate("Hello {{ $json.user.name.toTitleCase() }}!", data),
      evaluate("{{ $json.list.map((n) => n * factor) }}", data),
      evaluate("{{ _.sum($json.list) }}", data),
      evaluate("{{ DateTime.fromISO('2026-11-22T12:00:00Z').toFormat('HH cccc') }}", {}, { timezone: "Asia/Tokyo", locale: "de" }),
      evaluate("{{ $json.no.such.thing }}", data, { errors: "undefined" }),
    ]);`,
  );
  expect(output).toEqual([
    { value: "Hello Ada Lovelace!" },
    { value: [6, 2, 4] },
    { value: 6 },
    { value: "21 Sonntag" },
    {},
  ]);
});

test.each([
  ["syntax", `evaluate("{{ 1 + }}")`, "EXPRESSION_SYNTAX", /line 1/],
  [
    "failure",
    `evaluate("a\\n{{ $json.no.thing }}", { $json: {} })`,
    "EXPRESSION_FAILED",
    /TypeError.*line 2/,
  ],
  ["extension", `evaluate("{{ (5).toTitleCase() }}")`, "EXPRESSION_EXTENSION", /line 1/],
  ["zone", `evaluate("{{ 1 }}", {}, { timezone: "Nowhere/Land" })`, "EXPRESSION_TIMEZONE", /Nowhere/],
  ["template", `evaluate({ toString: () => "{{ 1 }}" })`, "CAPABILITY_INPUT_INVALID", /template/],
  ["data", `evaluate("{{ 1 }}", null)`, undefined, /data must be an object/],
  ["size", `evaluate("x".repeat(100_000))`, "CAPABILITY_INPUT_INVALID", /template/],
])("what is wrong with the %s is told by code and place", async (name, call, code, message) => {
  const { output } = await run(`wrong-${name}`, `return ${call};`);
  expect(output).toEqual({
    ...(code === undefined ? {} : { code }),
    message: expect.stringMatching(message),
  });
});

test("once the language and a template are there, nothing crosses", async () => {
  const { output, capabilityCalls } = await run(
    "crossings",
    `let sum = 0;
    for (let n = 0; n < 50; n++) sum += await ctx.expressions.evaluate("{{ n * 2 }}", { n });
    return sum;`,
  );
  expect({ output, capabilityCalls }).toEqual({ output: 2450, capabilityCalls: 2 });
});

test("a template reaches no more than the script does, and leaves its globals alone", async () => {
  const { output } = await run(
    "reach",
    `const globals = () => Object.getOwnPropertyNames(globalThis).sort().join();
    const before = globals();
    const reached = await Promise.all([
      "{{ typeof process }}",
      "{{ (() => {}).constructor('return typeof process + typeof require + typeof __attach')() }}",
      "{{ Object.keys(ctx ?? {}) }}",
      "{{ [].concat.constructor.constructor('return typeof WebAssembly')() }}",
    ].map((template) => evaluate(template)));
    return [before === globals(), ...reached.map(({ value, code }) => value ?? code)];`,
  );
  expect(output).toEqual([true, "undefined", "undefinedundefinedundefined", [], "undefined"]);
});
