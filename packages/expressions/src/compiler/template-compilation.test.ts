import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CompiledTemplate, compileTemplate } from "./template-compilation.ts";

const OPTIONS = { extensionNames: new Set(["first", "isEmpty", "keys", "last", "toTitleCase"]) };

function compile(template: string): CompiledTemplate {
  return compileTemplate(template, OPTIONS);
}

/** What is returned, without the frame around it. */
function compileBody(template: string): string {
  return /return ([^]*);\n\}$/.exec(compile(template).code({}))?.[1] ?? "";
}

describe("compiled code", () => {
  test("asks the runtime for free names and extension functions", () => {
    expect(compile("Hello {{ $json.name.toTitleCase() }}, {{ x }}").code({ timezone: "Europe/Paris" })).toBe(
      [
        'const $r = __expressions.begin(data, {"timezone":"Europe/Paris"});',
        "{",
        'let $t, $json = $r.read("$json"), x = $r.read("x");',
        'return $r.join(["Hello ", $r.attempt(0, () => ($r.call($json.name, "toTitleCase", []))), ", ", $r.attempt(1, () => (x))]);',
        "}",
      ].join("\n"),
    );
    expect(compileBody("plain \\\\ text")).toBe(JSON.stringify("plain \\\\ text"));
  });

  test.each<[expression: string, code: string]>([
    ["a.first(1, ...b).last()", '$r.call($r.call(a, "first", [1, ...b]), "last", [])'],
    ["(a).first( /* c */ )", '$r.call((a), "first", [])'],
    ["a?.b.first()", '(($t = a) == null ? void 0 : $r.call($t.b, "first", []))'],
    [
      "a?.first()?.[k].last(1).d",
      '(($t = a) == null ? void 0 : ($t = $r.call($t, "first", [])) == null ? void 0 : $r.call($t[k], "last", [1]).d)',
    ],
    ["a.first?.(1).b", '(($t = $r.method(a, "first")) == null ? void 0 : $t(1).b)'],
    [
      "a?.b?.(c).first()",
      '(($t = a) == null ? void 0 : ($t = $r.method($t, "b")) == null ? void 0 : $r.call($t(c), "first", []))',
    ],
    ["a.first()?.b", '$r.call(a, "first", [])?.b'],
    ["(a?.b).first()", '$r.call((a?.b), "first", [])'],
    ["a?.b.c", "a?.b.c"],
    ['a["first"]()', 'a["first"]()'],
    ["Object.keys(a)", "Object.keys(a)"],
    ["Object.isEmpty(a)", '$r.call(Object, "isEmpty", [a])'],
    ["((Object) => Object.keys(a))(b)", '((Object) => $r.call(Object, "keys", [a]))(b)'],
    ["({ f() { return super.first().last() } })", '({ f() { return $r.call(super.first(), "last", []) } })'],
    ["$if(a, b.first(), c = 1)", '((a) ? ($r.call(b, "first", [])) : (c = 1))'],
    ["$if(a, b)", "((a) ? (b) : false)"],
    ["(($if) => $if(a, b))(c)", "(($if) => $if(a, b))(c)"],
    [
      "() => { let x = a\n b?.first()\n if (c) $if(d, e); else f }",
      '() => { let x = a\n {(($t = b) == null ? void 0 : $r.call($t, "first", []))}\n if (c) {((d) ? (e) : false);} else f }',
    ],
    [
      "[this.a, () => this, function () { return this }, class { a = this }]",
      "[$this.a, () => $this, function () { return this }, class { a = this }]",
    ],
  ])("%s", (expression, code) => {
    expect(compileBody(`{{ ${expression} }}`)).toBe(`$r.attempt(0, () => (${code}))`);
  });

  test("uses no name of the author's for anything else", () => {
    const { code, names } = compile("{{ (($t) => \\u0024r)(data, $this, __expressions, this) }}");
    expect(code({})).toMatch(
      /^const \$r1 = __expressions\.begin\(data, \{\}\);\n\{\nlet \$t1, \$r = \$r1\.read\("\$r"\)/,
    );
    expect(code({})).toContain('$this1 = $r1.read("this")');
    expect([...names]).toEqual(["$r", "data", "$this", "__expressions", "this"]);
  });

  test.each<[expression: string, names: string[]]>([
    ["[a, { b, c: d, [e]: 1 }, f.g, h?.i, `${j}`]", ["a", "b", "d", "e", "f", "h", "j"]],
    ["(a, { b: [c = d], ...e } = f, ...g) => [a, b, c, e, g]", ["d", "f", "b"]],
    ["(a = b) => { var b = 1; return b }", ["b"]],
    [
      "() => { f(); g; { function f() {} } for (let g of h) g; try {} catch ({ m }) { m } n: for (;;) break n }",
      ["g", "h"],
    ],
    [
      "(function f() { return [f, arguments] }, class A extends B { [c] = d; static { var e; e } })",
      ["B", "c", "d"],
    ],
    ["[Math, undefined, NaN, Intl, window, eval, typeof nope]", ["window", "eval", "nope"]],
    ["(Map = 1, undefined = 2, Set)", ["Map"]],
    ["$if(a, b)", ["a", "b"]],
    ["[$if, $if(...a)]", ["$if", "a"]],
  ])("free names of %s", (expression, names) => {
    expect(new Set(compile(`{{ ${expression} }}`).names)).toEqual(new Set(names));
  });

  test.each([
    ["1n + 1", "demand"],
    ["new RegExp('(')", "demand"],
    ["[...null]", "demand"],
    ["(x => x)", "demand"],
    ["new Map(5)", "attempt"],
    ["1n + a", "attempt"],
    ["f()", "attempt"],
    ["$if(1n + 1, 2)", "demand"],
  ])("%s: whether errors may be swallowed", (expression, method) => {
    expect(compileBody(`{{ ${expression} }}`)).toContain(`$r.${method}(0, `);
  });

  test("is the same string for the same settings", () => {
    const { code } = compile("{{ a }}");
    const first = code({ timezone: "Europe/Paris" });
    expect(Object.is(code({ timezone: "Europe/Paris" }), first)).toBe(true);
    expect(code({ locale: "</script>\u2028" })).toContain('{"locale":"</script>\u2028"}');
  });

  test("tells where a chunk is", () => {
    expect(compile("a\n {{ b }} {{ c }}").placeOf(1)).toEqual({
      range: { start: 13, end: 16 },
      text: "line 2, column 12",
    });
    expect(compile("a").placeOf(0)).toBeUndefined();
  });
});

describe("optional chains mean what they mean in JavaScript", () => {
  const LINK = fc.constantFrom(
    ".b",
    "?.b",
    '["b"]',
    '?.["b"]',
    "?.[k]",
    ".nope",
    "?.nope",
    ".first(n)",
    "?.first(a)",
    ".first?.(a)",
    "?.first?.(1)",
    ".last()",
    "?.last()",
    ".last?.()",
    ".f(a)",
    "?.f()",
    ".f?.(a?.b)",
    '?.["f"]?.(1)',
    ".nope?.(x++)",
    ".nil",
    "?.nil",
    ".nil?.first(x++)",
  );
  const CHAIN = fc
    .tuple(
      fc.constantFrom("a", "n", "(a)", "[a][0]", "(a?.b)", "$if(a, a, n)"),
      fc.array(LINK, { maxLength: 6 }),
    )
    .map(([root, links]) => root + links.join(""));
  const FRAME = fc.constantFrom(
    "@",
    "[@, x]",
    "(() => { let q = a\n@\nreturn x })()",
    "(() => { if (n) @\nelse @; return x })()",
    "typeof @",
    "`${x}${typeof @}`",
  );
  const NAMES = ["a", "n", "k", "x"];

  /** Methods tell what they were called on, and with what. */
  function makeNode(depth: number): object {
    return {
      depth,
      nil: null,
      b: depth < 30 && makeNode(depth + 10),
      first(this: { depth: number } | undefined, ...args: unknown[]): object {
        return { ...makeNode(100), on: this?.depth, args: args.length };
      },
      last: () => undefined,
      f(this: { depth: number } | undefined, ...args: unknown[]): object {
        return { ...makeNode(200), on: this?.depth, args: args.length };
      },
    };
  }

  function makeData(): Record<string, unknown> {
    return { a: makeNode(0), n: null, k: "b", x: 0 };
  }

  function run(code: string, data: Record<string, unknown>, ...more: readonly [string, unknown][]): unknown {
    const names = more.map(([name]) => name);
    try {
      // oxlint-disable-next-line typescript/no-implied-eval -- what the test itself has made
      const evaluate = new Function("data", ...names, code) as (...values: unknown[]) => unknown;
      return JSON.stringify(evaluate(data, ...more.map(([, value]) => value))) ?? "nothing";
    } catch (error) {
      return (error as Error).name;
    }
  }

  const RUNTIME = {
    begin: (data: Record<string, unknown>) => ({
      read: (name: string) => data[name],
      attempt: (_: number, evaluate: () => unknown) => evaluate(),
      call: (receiver: Record<string, (...args: unknown[]) => unknown>, name: string, args: unknown[]) =>
        (receiver[name] as (...args: unknown[]) => unknown)(...args),
      method: (receiver: Record<string, { bind(self: unknown): unknown } | null>, name: string) =>
        receiver[name]?.bind(receiver),
    }),
  };

  test("in every combination", () => {
    fc.assert(
      fc.property(CHAIN, FRAME, (chain, frame) => {
        const source = frame.replaceAll("@", () => chain);
        const plain = source.replaceAll("$if(a, a, n)", "(a ? a : n)");
        const native = `let { ${NAMES.join(", ")} } = data; return ${plain}`;
        expect(run(compile(`{{ ${source} }}`).code({}), makeData(), ["__expressions", RUNTIME])).toEqual(
          run(native.replace(/\n\(a \?/g, "\n;(a ?"), makeData()),
        );
      }),
      { numRuns: 600 },
    );
  });
});
