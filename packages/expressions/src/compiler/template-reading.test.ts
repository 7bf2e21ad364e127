import { describe, expect, test } from "vitest";
import { CASES } from "../../test/corpus/cases.ts";
import { ExpressionError } from "../errors.ts";
import { readTemplate, validateTemplate } from "./template-reading.ts";

function errorOf(template: string): ExpressionError {
  try {
    readTemplate(template);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error(`${template.slice(0, 100)} can be read`);
}

describe("what cannot be read", () => {
  test.each<[template: string, at: string, message: RegExp]>([
    ["{{ }}", "", /There is no code between/],
    ["{{ // nothing }}", "", /There is no code between/],
    ["{{ 1 + }} y", "", /ends too early.*\(line 1, column 8\)$/],
    ["a\n{{ bad syntax here }}", "syntax", /Unexpected "syntax": an operator.*\(line 2, column 8\)$/],
    ['{{ "unclosed }} x', '"', /Unterminated string/],
    ["{{ don't }} it's {{ b }}", "'", /Unterminated string/],
    ["{{ `x }}", "x", /Unterminated template/],
    ["{{ {a: 1 }} text {{ b }}", "", /ends too early.*column 10/],
    ["{{ {a: {b: 1}} + }}", "", /ends too early.*column 18/],
    ["{{{ 1 }}}", "}", /Unexpected "}"/],
    ["{{ 1\n  2 ) }}", ")", /Unexpected "\)".*line 2, column 5/],
    ["{{ 1; ) }}", ")", /Unexpected/],
    ["{{ super.x }}", "super", /super/],
    ["{{ $if(1) }}", "$if(1)", /\$if lacks its values: write \$if\(condition, valueIfTrue, valueIfFalse\)/],
  ])("%j", (template, at, message) => {
    const error = errorOf(template);
    expect(error).toMatchObject({
      code: "EXPRESSION_SYNTAX",
      message: expect.stringMatching(message) as string,
    });
    expect(template.slice(error.range?.start, error.range?.end)).toBe(at);
  });

  test.each<[template: string, at: string, message: RegExp]>([
    ["{{ let x = 1; x }}", "let", /`let` begins a statement.*write \(\(\) =>/],
    ["{{ if (a) b }}", "if", /write condition \?/],
    ["{{ return 1 }}", "return", /without `return`/],
    ["{{ debugger }}", "debugger", /statement/],
    ['{{ import "x" }}', "import", /modules/],
    ['{{ f(import("x")) }}', 'import("x")', /no modules/],
    ["{{ 1 + await x }}", "await x", /gives its value at once/],
    ["{{ () => { with (a) b } }}", "with (a) b", /destructure/],
    ["{{ arguments[0] }}", "arguments", /name the parameters/],
    ["{{ yield }}", "yield", /function\*/],
  ])("%j can never work", (template, at, message) => {
    const error = errorOf(template);
    expect(error).toMatchObject({
      code: "EXPRESSION_UNSUPPORTED",
      message: expect.stringMatching(message) as string,
    });
    expect(template.slice(error.range?.start, error.range?.end)).toBe(at);
  });

  test.each([
    "{{ (async () => await x)() }}",
    "{{ (function* () { yield arguments })() }}",
    "{{ (() => { let a = 1; if (a) return a })() }}",
    "{{ 5 // trailing }}",
    "{{ 1; 2 }}",
    "{{ new.target }}",
    "{{ function () { return 5 }() }}",
    "{{ (() => { if (1) { } /}}/.test('x') })() }}",
    "{{ 1 <!-- }}",
  ])("%j can be read", (template) => {
    expect(readTemplate(template).chunks).toHaveLength(1);
  });

  test("validation finds what is wrong in each piece of code", () => {
    const template = "{{ a }} {{ b b }} {{ let }} {{ c }}{{ $if() }}";
    const found = validateTemplate(template);
    expect(found.map(({ code, range }) => [code, template.slice(range.start, range.end)])).toEqual([
      ["EXPRESSION_SYNTAX", "b"],
      ["EXPRESSION_UNSUPPORTED", "let"],
      ["EXPRESSION_SYNTAX", "$if()"],
    ]);
    expect(found[0]?.message).not.toContain("column");
    expect(validateTemplate("{{ a }} text")).toEqual([]);
  });
});

describe("hostile templates", () => {
  const fill = (piece: string, length: number): string => piece.repeat(Math.ceil(length / piece.length));
  const count = (write: (number: string) => string, length: number): string => {
    let text = "";
    for (let number = 0; text.length < length; number++) text += write(number.toString(36));
    return text;
  };
  const CODE = 130_000;

  test.each<[name: string, template: string, code: "EXPRESSION_SYNTAX" | "EXPRESSION_UNSUPPORTED"]>([
    ["template too long", "x".repeat(2 ** 20 + 1), "EXPRESSION_UNSUPPORTED"],
    ["code too long", `{{ ${"1 ".repeat(2 ** 17)} }}`, "EXPRESSION_UNSUPPORTED"],
    ["too many expressions", fill("{{1}}", 2 ** 19), "EXPRESSION_UNSUPPORTED"],
    ["openers", fill("{{", 2 ** 20 - 2), "EXPRESSION_UNSUPPORTED"],
    ["parentheses", `{{ ${fill("(", CODE)} }}`, "EXPRESSION_UNSUPPORTED"],
    ["backticks", `{{ ${fill("``", CODE)} }}`, "EXPRESSION_UNSUPPORTED"],
    ["brackets within bounds", `{{ ${"[".repeat(251)}${"]".repeat(251)} }}`, "EXPRESSION_UNSUPPORTED"],
    ["operators", `{{ ${fill("!", CODE)}1 }}`, "EXPRESSION_UNSUPPORTED"],
    ["terms", `{{ 1${fill("+1", CODE)} }}`, "EXPRESSION_UNSUPPORTED"],
    ["members", `{{ a${fill(".a", CODE)} }}`, "EXPRESSION_UNSUPPORTED"],
    ["arrows", `{{ ${fill("a=>", CODE)}1 }}`, "EXPRESSION_UNSUPPORTED"],
    ["groups of a regular expression", `{{ /${fill("(", CODE)}/ }}`, "EXPRESSION_UNSUPPORTED"],
    ["code that is read twice", fill('{{(()=>{if(1){}/"/})() }}', 2 ** 19), "EXPRESSION_SYNTAX"],
  ])("%s", (_, template, code) => {
    const begun = process.cpuUsage();
    expect(errorOf(template)).toMatchObject({ code });
    const { user, system } = process.cpuUsage(begun);
    expect((user + system) / 1_000).toBeLessThan(2_500);
  });

  test.each<[name: string, code: string]>([
    ["declarations", `(() => { var ${count((number) => `a${number}, `, CODE)} z })()`],
    [
      "declarations in blocks",
      `(() => {${"{".repeat(240)}${count((number) => `var a${number};`, CODE)}${"}".repeat(240)}})()`,
    ],
    ["free names", `[${count((number) => `a${number},`, CODE)}]`],
    ["calls", `[${fill("a?.b.first(),", CODE)}]`],
    ["a long number", `${fill("9", CODE)}n`],
    ["named groups", `/${count((number) => `(?<a${number}>)`, CODE)}/`],
    ["private names", `class { ${count((number) => `#a${number};`, CODE)} }`],
  ])("%s", (_, code) => {
    const begun = process.cpuUsage();
    expect(readTemplate(`{{ ${code} }}`).chunks).toHaveLength(1);
    const { user, system } = process.cpuUsage(begun);
    expect((user + system) / 1_000).toBeLessThan(2_500);
  });
});

describe("the corpus", () => {
  const compiles = CASES.map(({ id, expression }) => ({
    id,
    isReadable: validateTemplate(expression).length === 0,
  }));
  const refused = new Set(CASES.filter(({ error }) => error?.class === "SyntaxError").map(({ id }) => id));

  test("is refused only where it was refused, or where it failed for the same reason", () => {
    expect(
      compiles.filter(({ id, isReadable }) => !isReadable && !refused.has(id)).map(({ id }) => id),
    ).toEqual([
      "syntax-170", // await
      "syntax-187", // JSX
      "syntax-227", // arguments
      "globals-220", // $if()
      "security-035", // import()
      "security-036", // import.meta
      "security-205",
    ]);
  });

  test("is read where it was refused only for its braces, and where the meaning is plain", () => {
    expect(
      compiles.filter(({ id, isReadable }) => isReadable && refused.has(id)).map(({ id }) => id),
    ).toEqual(
      (
        "values-059 values-100 syntax-121 syntax-143 syntax-164 syntax-173 syntax-311 template-162 template-169 " +
        "template-170 template-171 ext.string-281 ext.array-065 ext.object-037 ext.object-038 ext.misc-036 " +
        "security-022 security-062 security-099 security-320"
      )
        .split(" ")
        .toSorted((one, other) => order(one) - order(other)),
    );
  });

  function order(id: string): number {
    return CASES.findIndex((each) => each.id === id);
  }
});
