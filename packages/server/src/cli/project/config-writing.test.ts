import { format } from "prettier";
import { describe, expect, test } from "vitest";
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
      __proto__: { const: null },
    },
    required: [],
  };
  const embedded: ScriptConfig = { ...DEFAULT, type: "embedded", settings: { inputSchema: schema } };
  for (const config of [EVENT, embedded, { ...DEFAULT, type: "library" } as const]) {
    const { source, problem } = writeScriptConfig(BODY, "js", config);
    expect(problem).toBeUndefined();
    expect(readScriptConfig({ source, language: "js" }).config).toEqual(config);
    expect(await format(source, { parser: "babel" })).toBe(source);
    expect(writeScriptConfig(source, "js", config).source).toBe(source);
  }
});

test("a script that needs no config gets none, and one that says the same keeps its own words", () => {
  expect(writeScriptConfig(BODY, "ts", DEFAULT).source).toBe(BODY);
  const own = `export const config = /* ours */ { 'type': \`oneoff\`, tags: [] /* none */, } as const\n${BODY}`;
  expect(writeScriptConfig(own, "ts", DEFAULT).source).toBe(own);
});

test("the order of keys and all around the object stay", () => {
  const before = `// One\nexport const config: Config = {\n  filter: "x", /* why */\n  events: ["a"],\n  type: "event",\n} satisfies Config; // Two\n${BODY}`;
  const filter = "{{ $json.ok }}";
  const config: ScriptConfig = { ...DEFAULT, type: "event", settings: { events: ["b"], filter } };
  expect(writeScriptConfig(before, "ts", config).source).toBe(
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
  ])("%s", (_place, head, rest, written) => {
    const expected = `${written}${CONFIG}${rest === "" ? "" : `\n${rest}`}`;
    expect(writeScriptConfig(head + rest, "ts", library).source).toBe(expected);
    const windows = (text: string): string => text.replaceAll("\n", "\r\n");
    if (rest !== "") {
      expect(writeScriptConfig(windows(head + rest), "ts", library).source).toBe(windows(expected));
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
  ["endless nesting", "[".repeat(100_000), "is nested too deep"],
])("%s is told of and changes nothing", (_what, text, message) => {
  const source = `export const config = ${text};\n${BODY}`;
  expect(readScriptConfig({ source, language: "ts" }).problems[0]?.message).toContain(message);
  expect(writeScriptConfig(source, "ts", EVENT)).toMatchObject({
    source,
    problem: { message: expect.any(String) as string },
  });
});

test("nothing of a script is run, and other things may be called config", () => {
  const sources = [
    'globalThis.ran = true;\nexport const config = { type: "oneoff" };\n',
    "export type config = string;\nexport interface Config {}\n",
    "const config = { type: 1 };\nenum A { B }\n@deco class C {}\n",
    "export { config as settings };\nconst config = 1;\n",
  ];
  for (const source of sources) {
    expect(readScriptConfig({ source: source + BODY, language: "ts" })).toMatchObject({ config: DEFAULT });
  }
  expect(globalThis).not.toHaveProperty("ran");
});
