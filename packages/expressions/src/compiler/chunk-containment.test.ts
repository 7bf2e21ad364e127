import { type FunctionDeclaration, parse } from "acorn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CASES } from "../../test/corpus/cases.ts";
import { ExpressionError } from "../errors.ts";
import { type CompiledTemplate, compileTemplate } from "./template-compilation.ts";

function compile(template: string): CompiledTemplate {
  return compileTemplate(template, { extensionNames: new Set(["first", "last"]) });
}

describe("a chunk stays in its place", () => {
  /** Number of chunks in the code, after a look at each part of its frame. */
  function countChunks(code: string): number {
    const [{ body }] = parse(`function run(data) {${code}}`, { ecmaVersion: "latest", preserveParens: true })
      .body as [FunctionDeclaration];
    const [begin, block, ...rest] = body.body;
    expect(rest).toEqual([]);
    if (begin?.type !== "VariableDeclaration" || block?.type !== "BlockStatement")
      throw new Error(`shape of ${code}`);
    const [locals, result, ...more] = block.body;
    expect(more).toEqual([]);
    if (locals?.type !== "VariableDeclaration" || result?.type !== "ReturnStatement")
      throw new Error(`shape of ${code}`);
    for (const { init } of locals.declarations) expect(["CallExpression", undefined]).toContain(init?.type);
    const value = result.argument;
    const isJoin = value?.type === "CallExpression" && value.arguments[0]?.type === "ArrayExpression";
    const parts =
      isJoin && value.arguments[0]?.type === "ArrayExpression" ? value.arguments[0].elements : [value];
    let count = 0;
    for (const part of parts) {
      if (part?.type === "Literal") continue;
      if (part?.type !== "CallExpression") throw new Error(`shape of ${code}`);
      const [number, chunk, ...others] = part.arguments;
      expect(number).toMatchObject({ type: "Literal", value: count++ });
      expect(chunk).toMatchObject({
        type: "ArrowFunctionExpression",
        params: [],
        body: { type: "ParenthesizedExpression" },
      });
      expect(others).toEqual([]);
    }
    return count;
  }

  /** Whether it compiles; fails when it does anything but that or refuse. */
  function tryOut(template: string): boolean {
    let compiled: CompiledTemplate;
    try {
      compiled = compile(template);
    } catch (error) {
      expect(error).toBeInstanceOf(ExpressionError);
      const { range } = error as ExpressionError;
      expect(range && range.start <= range.end && range.end <= template.length).toBe(true);
      return false;
    }
    expect(countChunks(compiled.code({ errors: "undefined" }))).toBe(compiled.chunks.length);
    return true;
  }

  const PIECES = (
    "{{ }} { } ( ) [ ] ` ${ ' \" / \\ // /* */ <!-- --> ; , : ? ?. . ... => = == + ++ - ! # @ a b 1 0n .first() ?.last( " +
    "this super new new.target await yield async function class static get let var const if else for return throw in of " +
    "instanceof typeof delete void import import.meta export with arguments eval $if( $r $t $this data __expressions " +
    "\\u0024r constructor __proto__ \\}} \\{{ /}}/ }); })(); /re/g"
  ).split(" ");
  const NOISE = fc
    .array(fc.constantFrom(...PIECES, " ", "\n", "\r", "\u2028", "\ufeff", "\0", "\ud800"), { maxLength: 40 })
    .map((pieces) => pieces.join(""));

  test("whatever it holds", () => {
    let compiledCount = 0;
    fc.assert(
      fc.property(NOISE, fc.string({ unit: "binary" }), (noise, text) => {
        for (const template of [`{{ ${noise} }}`, noise + text]) if (tryOut(template)) compiledCount++;
      }),
      { numRuns: 1_000 },
    );
    expect(compiledCount).toBeGreaterThan(100);
  });

  test("whatever is done to a working one", () => {
    let compiledCount = 0;
    const change = fc.tuple(fc.nat(), fc.nat({ max: 6 }), fc.constantFrom(...PIECES, ""));
    const source = fc.constantFrom(
      ...CASES.map(({ expression }) => expression).filter(({ length }) => length < 500),
    );
    fc.assert(
      fc.property(source, fc.array(change, { minLength: 1, maxLength: 4 }), (template, changes) => {
        const changed = changes.reduce((text, [place, length, piece]) => {
          const at = place % (text.length + 1);
          return text.slice(0, at) + piece + text.slice(at + length);
        }, template);
        if (tryOut(changed)) compiledCount++;
      }),
      { numRuns: 1_000 },
    );
    expect(compiledCount).toBeGreaterThan(100);
  });

  test.each([
    "}); globalThis.pwned = 1; (async function () {",
    "})(); globalThis.pwned = 1; (() => {",
    "/* comment that swallows the epilogue",
    "` template that swallows the epilogue",
    "*/ globalThis.pwned = 1; /*",
    "${globalThis.pwned = 1}`); (`",
    "export default 1; globalThis.pwned = 1",
    "await 1; }\nglobalThis.pwned = 1;\nasync function z() {",
    "1)), (globalThis.pwned = 1",
    "1)\n-->",
    "#p in $json",
    "super.constructor",
    "\\u{63}onstructor\\u{",
  ])("%j is refused", (code) => {
    expect(() => compile(`{{ ${code} }}`)).toThrow(ExpressionError);
  });
});
