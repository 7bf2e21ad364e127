import fc from "fast-check";
import { type Text, anyString, joined, text, word } from "./text.ts";

const MAX_DEPTH = 4;

/** Names that expressions may read and write: declared by the program, see `programs.ts`. */
export const variable = word("v0", "v1", "v2");

/** Keys that the generated data has, or does not have. */
const ownKey = word(
  ..."a b c d 0 1 3 -1 id tags k7 k256 k999 length then toJSON size self missing".split(" "),
  "x y",
  "",
).map((name) => JSON.stringify(name));
/** Also those that every object inherits. */
export const key = fc.oneof(
  { weight: 5, arbitrary: ownKey },
  word('"constructor"', '"toString"', '"valueOf"', '"hasOwnProperty"'),
);

const index = word("0", "1", "2", "-1", "5", "99", "256", "1000", "4000000000", "1.5", "NaN");
const count = word("0", "1", "2", "3", "7");
const pattern = word(
  "/a/",
  "/a/g",
  "/[a-z]+/gi",
  "/(?<first>\\w)(\\w)?/",
  "/^$/m",
  "/\\d+/g",
  "/(?<=a)b/",
  "/./su",
  "/b*/y",
  "data.pattern",
);
/** One that no engine can tell from another by how often it is called, and that gives no order of its own. */
const compare = word(
  "(x, y) => show(x) < show(y) ? -1 : show(x) > show(y) ? 1 : 0",
  "(x, y) => (asNumber(x) || 0) - (asNumber(y) || 0) || 0",
);

export interface Expressions {
  number: string;
  string: string;
  boolean: string;
  list: string;
  object: string;
  any: string;
}

/**
 * Expressions by the type of what they give. Each can be evaluated anywhere in a program, as often as one likes, and
 * says nothing of an engine: no function's text, no message of an engine's error, no local time.
 */
export const { number, string, boolean, list, object, any } = fc.letrec(
  (tie: fc.LetrecTypedTie<Expressions>) => {
    const [number, string, boolean] = [tie("number"), tie("string"), tie("boolean")];
    const [list, object, any] = [tie("list"), tie("object"), tie("any")];
    const gives = (item: Text): Text => text`((x, i) => (tick(), ${item}))`;

    return {
      number: choose(
        word("0", "1", "2", "-1", "-0", "3.5", "NaN", "Infinity", "1e21", "2147483648", "5e-324", "data.n"),
        text`asNumber(${variable})`,
        text`asNumber(x)`,
        text`(${number} ${word("+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", ">>>")} ${number})`,
        text`(${word("-", "~", "+", "1 / ")} ${number})`,
        text`Math.${word("floor", "ceil", "round", "trunc", "sign", "abs", "sqrt", "fround", "clz32")}(${number})`,
        text`Math.${word("max", "min", "imul")}(${number}, ${number})`,
        text`${word("Number", "parseFloat", "parseInt")}(${string})`,
        text`parseInt(${string}.slice(0, 9), ${word("2", "10", "16", "36")})`,
        text`${string}.${word("indexOf", "lastIndexOf")}(${string})`,
        text`${string}.${word("charCodeAt", "codePointAt")}(${index})`,
        text`${string}.search(${pattern})`,
        text`${string}.slice(0, 99).localeCompare(${string}.slice(0, 99), ${word('"en"', '"sv"')})`,
        text`${word("data.list", "data.rows", "data.text", "data.bytes", "data.sparse")}.length`,
        text`${list}.${word("length", "push(1)", "unshift(1, 2)", "lastIndexOf(1)")}`,
        text`${list}.indexOf(${any})`,
        text`${list}.${word("findIndex", "findLastIndex")}(${gives(boolean)})`,
        text`${list}.reduce((sum, x) => (tick(), asNumber(sum) + ${number}), ${number})`,
        text`${word("data.map", "data.set", "new Map(entriesOf(data.map))")}.size`,
        text`${word("data.when", "new Date(1e12)")}.${word("getTime()", "getUTCDay()", "getUTCFullYear()", "valueOf()")}`,
        text`Date.UTC(${number}, ${number})`,
        text`data.bytes[${index}]`,
        text`(${boolean} ? ${number} : ${number})`,
      ),

      string: choose(
        anyString,
        word(
          "data.text",
          "data.text.slice(-9)",
          "data.fault.message",
          "data.fault.name",
          "data.pattern.source",
        ),
        text`asString(${variable})`,
        text`(${string} + ${string})`,
        text`(${string} + ${number})`,
        text`\`<\${show(${any})}>\``,
        text`${string}.${word("slice", "substring", "substr", "at", "charAt")}(${index})`,
        text`${string}.${word("toUpperCase", "toLowerCase", "trim", "trimEnd", "toWellFormed", "normalize")}()`,
        text`${string}.${word("padStart", "padEnd")}(${count}, ${string})`,
        text`${string}.repeat(${word("0", "1", "2")})`,
        text`${string}.${word("replace", "replaceAll")}(${string}, ${word('"$&-"', '"$1$$"', '"$`"')})`,
        text`${string}.replace(${pattern}, (x) => (tick(), show(${any})))`,
        text`show(JSON.stringify(${any}))`,
        text`show(JSON.stringify(${any}, ${word("null", '["a", "id", "tags"]', "(k, x) => (tick(), x)")}, ${count}))`,
        text`(typeof ${any})`,
        text`(${number} | 0).toString(${word("2", "16", "36")})`,
        text`(${number}).toString(${word("2", "16")})`,
        text`(${number}).toLocaleString(${word('"en"', '"de"')})`,
        text`(${number}).${word("toFixed", "toPrecision", "toExponential")}(${word("1", "2", "20")})`,
        text`${word("data.when", "new Date(-1)")}.${word("toISOString()", "toJSON()", "toUTCString()")}`,
        text`${word("encodeURIComponent", "escape", "encodeURI", "unescape", "decodeURI")}(${string})`,
        text`${list}.map(show).join(${string})`,
        text`Object.prototype.toString.call(${any})`,
        text`(${word("data.record", "data.tree", "data.list.slice(0, 0)")} + ${string})`,
        text`attempt(() => ${any})`,
        text`attempt(() => data.ring${joined(word(".self", ".list", "[0]", '.b.get("a")', ".c", ".tags"), "", 4)})`,
      ),

      boolean: choose(
        word(
          "true",
          "false",
          "Array.isArray(data.list)",
          "data.list === data.list",
          "data.tree.a === data.tree.a",
        ),
        text`(${number} ${word("<", ">=", "===", "!==")} ${number})`,
        text`(${string} ${word("<", ">=", "===", "!==")} ${string})`,
        text`(${number} == ${string})`,
        text`Object.is(${any}, ${any})`,
        text`(${any} === ${any})`,
        text`(!${any})`,
        text`(${boolean} ${word("&&", "||")} ${boolean})`,
        text`(${key} in ${object})`,
        text`Object.hasOwn(${object}, ${key})`,
        text`Object.hasOwn(${object}, "__proto__")`,
        text`(${index} in ${list})`,
        text`${object}.propertyIsEnumerable(${key})`,
        text`(${any} instanceof ${word("Object", "Array", "Map", "Date", "Error", "RegExp", "Uint8Array")})`,
        text`Array.isArray(${any})`,
        text`${list}.includes(${any})`,
        text`${list}.${word("some", "every")}(${gives(boolean)})`,
        text`${string}.${word("includes", "startsWith", "endsWith")}(${string})`,
        text`${pattern}.test(${string})`,
        text`${word("data.map", "data.set")}.has(${any})`,
        text`Object.${word("isFrozen", "isSealed", "isExtensible")}(${fc.oneof(object, list)})`,
        text`(Object.getPrototypeOf(${word("data.record", "data.wide", "data.strange")}) === Object.prototype)`,
        text`(delete ${object}[${key}])`,
        text`Reflect.${word("deleteProperty", "has")}(${object}, ${key})`,
        text`Reflect.set(${object}, ${ownKey}, ${any})`,
        text`Reflect.defineProperty(${object}, ${key}, { value: ${any}, enumerable: ${boolean}, writable: ${boolean}, configurable: true })`,
      ),

      list: choose(
        word("[]", "[1, , 3]", "data.list", "data.rows", "data.sparse", "[...data.set]", "[...data.map]"),
        text`asList(${variable})`,
        text`asList(${any})`,
        text`[${joined(fc.oneof(any, text`...${list}`), ", ", 4)}]`,
        text`Object.${word("keys", "values", "entries", "getOwnPropertyNames")}(${object})`,
        text`Reflect.ownKeys(${object}).map(show)`,
        word("Object.keys(data)", "Object.keys(data.ring)"),
        text`Object.values(Object.getOwnPropertyDescriptors(${object})).map((x) => (tick(), x.value))`,
        text`${list}.${word("map", "filter", "flatMap")}(${gives(any)})`,
        text`${list}.filter(${gives(boolean)})`,
        text`${list}.${word("slice", "splice", "toSpliced", "copyWithin")}(${index}, ${count})`,
        text`${list}.slice(${index})`,
        text`${list}.concat(${list}, ${any})`,
        text`${list}.${word("reverse", "toReversed", "flat", "slice", "keys().toArray", "entries().toArray")}()`,
        text`${list}.${word("sort", "toSorted")}(${compare})`,
        text`${list}.map(show).${word("sort", "toSorted")}()`,
        text`small(${list}).fill(${any}, ${count})`,
        text`${list}.with(${index}, ${any})`,
        text`Array.from(${list}, ${gives(any)})`,
        text`Array.from({ length: ${count} }, ${gives(any)})`,
        text`[...${string}]`,
        text`${string}.split(${fc.oneof(string, pattern)})`,
        text`[...(${string}.match(${pattern}) ?? [])]`,
        text`[...${string}.matchAll(/a(.)?/g)].map((x) => [...x, x.index])`,
        text`[...${word("data.map.keys()", "data.map.values()", "data.set.entries()", "data.bytes", "data.text.slice(0, 9)")}]`,
        text`[...(function* () { yield ${any}; yield* ${list}; return ${any} })()]`,
        text`(([x, , i = ${any}, ...rest]) => [x, i, rest])(${list})`,
        text`asList(JSON.parse(JSON.stringify(small(${list}))))`,
      ),

      object: choose(
        word(
          "{}",
          "data.record",
          "data.wide",
          "data.tree",
          "data.strange",
          "asObject(data.rows[7])",
          "data.sized",
        ).map((source) => `(${source})`),
        text`asObject(${variable})`,
        text`asObject(${any})`,
        text`({ ${joined(fc.oneof(text`[${key}]: ${any}`, text`...${object}`, text`get a() { return ${any} }`, text`["__proto__"]: ${number}`), ", ", 3)} })`,
        text`Object.fromEntries(${list}.map((x, i) => (tick(), [show(x), ${any}])))`,
        text`Object.assign({}, ${object}, ${object})`,
        text`(({ a, [${key}]: x = ${any}, ...rest }) => ({ a, x, rest }))(${object})`,
        text`Object.${word("freeze", "seal", "preventExtensions")}(${object})`,
        text`Object.create(${object})`,
        text`asObject(Object.getOwnPropertyDescriptor(${object}, ${key}))`,
        text`Object.groupBy(${list}, (x) => (tick(), show(x)))`,
        text`new (class { #p = ${any}; q = ${any}; get r() { return this.#p } static s = 1 })()`,
        text`new Map(${list}.map((x, i) => (tick(), [${any}, i])))`,
        text`new Set(${list})`,
        word("new Map(data.map)", "data.map", "data.set", "data.when"),
      ),

      any: choose(
        word(
          "undefined",
          "null",
          "0",
          '"a"',
          "true",
          "(2n ** 70n)",
          "data.any",
          "data.fault",
          "x",
          "v0",
          "v1",
        ),
        number,
        string,
        boolean,
        list,
        object,
        text`data.${word("record", "tree", "wide", "list", "rows", "strange")}[${key}]`,
        text`${list}[${index}]`,
        text`${list}.at(${index})`,
        text`${object}[${key}]`,
        text`${object}?.[${key}]?.[${key}]`,
        text`${list}.${word("find", "findLast")}(${gives(boolean)})`,
        text`${list}.${word("pop", "shift", "at")}()`,
        text`data.map.get(${any})`,
        text`call(${word('"echo"', '"count"', '"fail"', '"give"')}, ${any}, ${any})`,
        text`(${any} ${word("??", "&&", "||")} ${any})`,
        text`(${boolean} ? ${any} : ${any})`,
        text`(${variable} = small(${any}))`,
        text`JSON.parse(JSON.stringify(${any}) ?? "null")`,
        text`BigInt.asIntN(64, BigInt(Math.trunc(asNumber(${number})) || 0) * 3n ** 50n)`,
      ),
    };
  },
);

/** The first is what deep nesting ends in, and what others shrink to. */
function choose(...kinds: readonly [Text, ...Text[]]): Text {
  return fc.oneof({ maxDepth: MAX_DEPTH, depthIdentifier: "expression", withCrossShrink: true }, ...kinds);
}
