import fc from "fast-check";
import { any, boolean, key, list, number, object, string, variable } from "./expressions.ts";
import { type Text, joined, text, word } from "./text.ts";

const MAX_STATEMENTS = 5;
const MAX_STATEMENT_DEPTH = 3;

/**
 * What each program begins with: fuel that ends every loop at the same turn in every engine, and conversions that keep
 * a program from what engines may differ in, and from changing the built-ins of the process that runs it plainly.
 */
const PREAMBLE = `
  var v0, v1, v2, x, i, fuel = 800, calls = 8;
  const out = [], { isArray } = Array;
  const tick = () => { if (--fuel < 0) throw new RangeError("no fuel") };
  const call = (name, a, b) => { if (--calls < 0) throw new RangeError("no calls"); return data[name](a, b) };
  const isOwn = (v) => typeof v === "object" && v !== null && !Object.hasOwn(v, "constructor");
  const asNumber = (v) => typeof v === "number" ? v : 1;
  const asString = (v) => typeof v === "string" ? v : "s";
  const asList = (v) => isArray(v) && !Object.hasOwn(v, "constructor") ? v : [v];
  const asObject = (v) => isOwn(v) && !(v instanceof Error) ? v : { v };
  const entriesOf = (v) => v instanceof Map ? [...v] : [];
  const small = (v) => typeof v === "string" || isArray(v) && v.length > 300 ? v.slice(0, 300) : v;
  const show = (v) => typeof v === "object" && v !== null ? isArray(v) ? "[]" : "{}" : typeof v === "function" ? "f" : String(v);
  const note = (e) => out.push(e instanceof Error ? e.code ?? e.name : e);
  const attempt = (f) => { try { return show(f()) } catch (e) { return e instanceof Error ? e.name : show(e) } };
`;

/** Bodies of functions of `data`: the code that bridges execute. Deterministic, and they end. */
export const program: Text = fc
  .tuple(joined(step(fc.letrec(statements).statement), "\n  ", MAX_STATEMENTS), any, any)
  .map(([steps, first, second]) => `${PREAMBLE}  ${steps}\n  return [${first}, ${second}, v0, v1, out];\n`);

/** Most steps leave a program going when they fail. */
function step(statement: Text): Text {
  const guarded = text`try { ${statement} } catch (e) { note(e) }`;
  return fc.oneof(statement, { weight: 4, arbitrary: guarded });
}

function statements(tie: fc.LetrecLooselyTypedTie): { statement: Text } {
  const statement = tie("statement") as Text;
  const block = joined(statement, " ", 3);
  return {
    statement: fc.oneof(
      { maxDepth: MAX_STATEMENT_DEPTH, depthIdentifier: "statement", withCrossShrink: true },
      text`out.push(${any});`,
      text`${variable} = small(${any});`,
      text`${object}[${key}] = ${any};`,
      text`${list}[${word("0", "2", "9", "300")}] = ${any};`,
      text`${list}.length = 0;`,
      text`${variable} ${word("??=", "||=", "&&=")} ${any};`,
      text`v0 = asNumber(v0); v0 ${word("+=", "-=", "*=", "**= 2; v0 -=", "++; v0 |=")} ${number};`,
      text`({ a: v0 = ${any}, [${key}]: v1, ...v2 } = ${object});`,
      text`[v0, , v1 = ${any}, ...v2] = ${list};`,
      text`if (${boolean}) { ${block} } else { ${block} }`,
      text`for (const x of ${list}) { tick(); ${block} ${word("", "break;", "if (out.length > 9) continue;")} }`,
      text`for (const x in ${object}) { tick(); out.push(x); ${block} }`,
      text`for (let i = 0; i < ${word("1", "2", "4")}; i++) { tick(); ${block} }`,
      text`outer: for (const x of [1, 2, 3]) { for (;;) { tick(); out.push(${any}); if (${boolean}) continue outer; break outer; } }`,
      text`while (${boolean}) { tick(); ${block} if (out.length > 3) break; }`,
      text`switch (${any}) { case ${any}: ${block} case "a": ${block} break; default: ${block} }`,
      text`try { ${block} } catch (e) { note(e); ${block} } finally { ${block} }`,
      text`if (${boolean}) throw ${word('new TypeError("t")', '"thrown"', "{ name: 'N', message: 'm' }", "null", "data.fault")};`,
      text`{ let n = ${number}; const next = () => (tick(), n += 1); next(); out.push(next(), n); }`,
      text`{ class A { static #n = 0; #v; constructor(v) { this.#v = v; A.#n++ } get v() { return this.#v } static get n() { return A.#n } } class B extends A { get v() { return [super.v, B.n] } } out.push(new B(${any}).v); }`,
      text`{ function* g() { try { const x = yield ${any}; out.push(x); yield* ${list} } finally { out.push("end") } } const it = g(); it.next(); it.next(${any}); it.return(); }`,
      text`{ const m = new Map(), w = new WeakMap(); m.set(${any}, ${any}).set(data.list, 1); w.set(${object}, 1); out.push(m.get(data.list), [...m.values()].length); }`,
      text`data.${word("map", "set")}.${word("delete", "has")}(${any});`,
      text`data.map.set(${any}, ${any}); data.set.add(${any}); data.bytes[0] = ${number}; data.when.setTime(${number});`,
      text`for (const [x, i] of data.map) { tick(); ${block} }`,
      text`{ const { a = ${string}, ...rest } = { ...${object} }; out.push(a, rest); }`,
    ),
  };
}
