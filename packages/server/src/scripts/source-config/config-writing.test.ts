import { setImmediate } from "node:timers/promises";
import { format } from "prettier";
import { describe, expect, test } from "vitest";
import { findConfigExport } from "./config-export.ts";
import { writeScriptConfig } from "./config-writing.ts";
import { readScriptConfig } from "./script-config.ts";
import type { ScriptConfig } from "./script-config.ts";

const BODY = "export default () => 1;\n";
const EVENT: ScriptConfig = {
  type: "event",
  description: 'Says "hello", and it\'s on\none line',
  tags: ["a", "b"],
  settings: {
    events: ["order.created", "order.paid", "order.sent", "order.returned", "customer.created"],
    filter: "{{ $json.payload.total > 100 }}",
    retry: { attempts: 3, backoffMs: 1_000 },
    limits: { wallMs: 900, cpuMs: 10 },
  },
};
const DEFAULT: ScriptConfig = { type: "oneoff", description: "", tags: [], settings: {} };

test("what is written is read again as it was, and Prettier has nothing to add", async () => {
  const schema = {
    type: "object",
    properties: {
      "odd-key": { enum: ["'", '"', "\u2028", "\\", "$", "\u0007"] },
      ["__proto__"]: { const: null },
    },
    required: [],
  };
  const embedded: ScriptConfig = { ...DEFAULT, type: "embedded", settings: { inputSchema: schema } };
  for (const config of [EVENT, embedded, { ...DEFAULT, type: "library" } as const]) {
    const { source, problem } = await writeScriptConfig(BODY, config);
    expect(problem).toBeUndefined();
    expect((await readScriptConfig(source)).config).toEqual(config);
    expect(await format(source, { parser: "babel" })).toBe(source);
    expect((await writeScriptConfig(source, config)).source).toBe(source);
  }
});

test("a script that needs no config gets none, and one that says the same keeps its own words", async () => {
  expect((await writeScriptConfig(BODY, DEFAULT)).source).toBe(BODY);
  const own = `export const config = /* ours */ { 'type': \`oneoff\`, tags: [] /* none */, } as const\n${BODY}`;
  expect((await writeScriptConfig(own, DEFAULT)).source).toBe(own);
});

test("the order of keys and all around the object stay", async () => {
  const before = `// One\nexport const config: Config = {\n  filter: "x", /* why */\n  events: ["a"],\n  type: "event",\n} satisfies Config; // Two\n${BODY}`;
  const filter = "{{ $json.ok }}";
  const config: ScriptConfig = { ...DEFAULT, type: "event", settings: { events: ["b"], filter } };
  expect((await writeScriptConfig(before, config)).source).toBe(
    `// One\nexport const config: Config = {\n  filter: "${filter}",\n  events: ["b"],\n  type: "event",\n} satisfies Config; // Two\n${BODY}`,
  );
});

describe("a new config stands", () => {
  const library = { ...DEFAULT, type: "library" } as const;
  const CONFIG = 'export const config = {\n  type: "library",\n};\n';
  test.each([
    ["behind the imports", 'import a from "a";\n', BODY, 'import a from "a";\n\n'],
    ["behind imports that end the file", 'import a from "a"', "", 'import a from "a"\n\n'],
    ["before what is said of the first statement", "", `/** Says one. */\n${BODY}`, ""],
    ["behind what is said of the whole file", "// Ours.\n\n", `/** Says one. */\n${BODY}`, "// Ours.\n\n"],
    ["in an empty file", "", "", ""],
  ])("%s", async (_place, head, rest, written) => {
    const expected = `${written}${CONFIG}${rest === "" ? "" : `\n${rest}`}`;
    expect((await writeScriptConfig(head + rest, library)).source).toBe(expected);
    const windows = (text: string): string => text.replaceAll("\n", "\r\n");
    if (rest !== "") {
      expect((await writeScriptConfig(windows(head + rest), library)).source).toBe(windows(expected));
    }
  });
});

test.each([
  ["a spread", "{ ...base }", "config is computed"],
  ["a method", "{ type() {} }", "config is computed"],
  ["a shorthand", "{ type }", "config is computed"],
  ["a computed key", '{ ["type"]: "http" }', "config is computed"],
  ["a call", '{ tags: ["a", tag()] }', "config.tags[1] is computed"],
  ["a hole", "{ tags: [, 'a'] }", "config.tags is computed"],
  ["a key twice", '{ tags: [], "tags": [] }', "config.tags is there twice"],
  ["undefined", "{ tags: undefined }", "config.tags is computed"],
  ["no object", "[]", "config is no object"],
  ["a part of an object", "{ all: {} }.all", "config cannot be read"],
  ["what is added to it", "{}\n+ more", "config cannot be read"],
  ["a sum", "{ tags: ['a' + 'b'] }", "config.tags[0] is computed"],
  ["a text with a hole", "{ description: `a ${b}` }", "config.description is computed"],
  ["a large integer", "{ a: 1n }", "config.a is computed"],
  ["a choice", "{} as any && {}", "config cannot be read"],
  ["a choice within", "{ tags: ['a'] as any && [] }", "config.tags is computed"],
  ["a number without end", "{ a: [1e999] }", "config.a[0] is larger than"],
  ["endless nesting", `{ a: ${"[".repeat(100_000)}`, "is nested too deep"],
])("%s is told of and changes nothing", async (_what, text, message) => {
  const source = `export const config = ${text};\n${BODY}`;
  expect((await readScriptConfig(source)).problems[0]?.message).toContain(message);
  expect(await writeScriptConfig(source, EVENT)).toMatchObject({
    source,
    problem: { message: expect.any(String) as string },
  });
});

test("values are those that the language has for them", async () => {
  const source = String.raw`export const config: Map<string, Set<string>> = {
    texts: ['it\'s', "\x41\u0042\u{1F600}", @a
b@, "on \
on", "\0\t\q"] as const,
    odd: ["\U0041\X41", "\u{0000041}", "\xAf", @1~2~@],
    numbers: [0x1f, 1_000, .5, -2.5e3, 0b11] satisfies unknown[],
    "other": [true, false, null, {}, []],
    7: 1,
  } as const
  export default () => 1;`;
  expect((await findConfigExport(source.replaceAll("@", "`").replaceAll("~", "\r\n"))).found?.value).toEqual({
    texts: ["it's", "AB😀", "a\nb", "on on", "\0\tq"],
    odd: ["U0041X41", "A", "\xaf", "1\n2\n"],
    numbers: [31, 1_000, 0.5, -2_500, 3],
    other: [true, false, null, {}, []],
    7: 1,
  });
});

test("a source is read in one go, whatever is in it, and others have their turns meanwhile", async () => {
  // Parsers try each of these as a function with a type parameter, and then as something else.
  const nested = `${"<T>(".repeat(60)}1${")".repeat(60)};\n`;
  const long = "a;\n".repeat(300_000);
  let turns = 0;
  const ended = new AbortController();
  const counting = (async () => {
    for (; !ended.signal.aborted; turns += 1) await setImmediate();
  })();
  const { config, problems } = await readScriptConfig(
    `${nested}${long}export const config = { tags: ["read"] };\n`,
  ).finally(() => ended.abort());
  await counting;
  expect({ config, problems }).toMatchObject({ config: { tags: ["read"] }, problems: [] });
  expect(turns).toBeGreaterThan(20);
});

test.each([
  ["a list", `export const config = { tags: [${'"a",'.repeat(70_000)}] };`],
  ["comments", `export const config = { ${"/**/".repeat(70_000)} };`],
  ["a type", `export const config: ${"A<".repeat(140_000)}`],
])("an export is not looked through without end: %s", async (_what, source) => {
  expect((await readScriptConfig(source)).problems[0]?.message).toContain("too long");
});

test("nothing of a script is run, and other things may be called config", async () => {
  const sources = [
    'globalThis.ran = true;\nexport const config = { type: "oneoff" };\n',
    "export type config = string;\nexport interface Config {}\n",
    "const config = { type: 1 };\nenum A { B }\n@deco class C {}\n",
    "export { config as settings };\nconst config = 1;\n",
    "namespace Own { export const config = 1; }\nexport { type config };\n",
    'declare module "x" { export const config: string }\n',
    `export /* ${"long ".repeat(60_000)} */ const other = 1;\nexport const config = {}\n++other\n`,
    "export const config = {} satisfies Own.Config as const\nother && other\n",
    "// export const config = 1;\n`export const config = 2`;\nexport default { config: 1 };\n",
  ];
  for (const source of sources) {
    expect(await readScriptConfig(source + BODY)).toMatchObject({ config: DEFAULT });
  }
  expect(globalThis).not.toHaveProperty("ran");
});
