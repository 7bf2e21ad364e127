import { expect } from "vitest";
import { type BridgeCase, both } from "./subject.ts";

/** Code that uses ECMA-402 and what it gives, whatever the version of the locale data. */
const RESULTS: ReadonlyArray<readonly [code: string, result: unknown]> = [
  [
    "return [1234567.891, -0, NaN, 12345678901234567890n].map((n) => n.toLocaleString('de-DE'))",
    ["1.234.567,891", "-0", "NaN", "12.345.678.901.234.567.890"],
  ],
  [
    "return [(0.256).toLocaleString('en-US', { style: 'percent', maximumFractionDigits: 1 }), (12.5).toLocaleString('en-US', { style: 'currency', currency: 'USD' }), (1e6).toLocaleString('en-IN')]",
    ["25.6%", "$12.50", "10,00,000"],
  ],
  ["return [1, 2000].map(new Intl.NumberFormat('en-US').format)", ["1", "2,000"]],
  [
    "const f = Intl.NumberFormat('en-US', { useGrouping: false }); return [f.format(123456), f.format('123456789012345678901234567890.5'), f.format({ valueOf: () => 7n }), f.format(null), f.format('0x10')]",
    ["123456", "123456789012345678901234567890.5", "7", "0", "16"],
  ],
  ["return new Intl.NumberFormat('en-US', { notation: 'compact' }).format(123456)", "123K"],
  [
    "return new Intl.NumberFormat('en-US').formatToParts(-1.5)",
    [
      { type: "minusSign", value: "-" },
      { type: "integer", value: "1" },
      { type: "decimal", value: "." },
      { type: "fraction", value: "5" },
    ],
  ],
  [
    "const d = new Date(1e12); return [d.toLocaleDateString('en-US', { timeZone: 'UTC' }), d.toLocaleTimeString('de-DE', { timeZone: 'Asia/Tokyo' }), d.toLocaleString('de-DE', { timeZone: 'America/New_York' })]",
    ["9/9/2001", "10:46:40", "8.9.2001, 21:46:40"],
  ],
  [
    "const d = new Date(1e12); return [d.toLocaleDateString('en-US', { timeZone: 'UTC', weekday: 'long' }), d.toLocaleTimeString('en-GB', { timeZone: 'UTC', minute: 'numeric' }), new Date(NaN).toLocaleString('no locale')]",
    ["Sunday", "46", "Invalid Date"],
  ],
  [
    "return new Intl.DateTimeFormat('en-US', { timeZone: 'America/New_York', timeZoneName: 'longOffset' }).formatToParts(1.72e12).find(({ type }) => type === 'timeZoneName').value",
    "GMT-04:00",
  ],
  [
    "const f = new Intl.DateTimeFormat('en-CA', { timeZone: 'UTC', month: '2-digit', year: 'numeric' }); return [f.format(0), f.formatRange(0, 1), f.resolvedOptions().timeZone, f.formatRangeToParts(0, 1e11).some(({ source }) => source === 'endRange')]",
    ["1970-01", "1970-01", "UTC", true],
  ],
  [
    String.raw`return [/^\w{3} \w{3} \d\d \d{4} \d\d:\d\d:\d\d GMT[+-]\d{4} \(.+\)$/.test(new Date(0)), /^\d\d:\d\d:\d\d GMT[+-]\d{4} \(.+\)$/.test(new Date(0).toTimeString()), String(new Date(NaN))]`,
    [true, true, "Invalid Date"],
  ],
  [
    "const date = new Date(2024, 6, 1); const { timeZone } = Intl.DateTimeFormat().resolvedOptions(); return [date.toLocaleDateString('en-US', { timeZone }), date.toLocaleTimeString('de-DE', { timeZone })]",
    ["7/1/2024", "00:00:00"],
  ],
  [
    "return [['b', 'ä', 'Z', 'a', 'z', 'A'].sort((x, y) => x.localeCompare(y, 'en')), ['ä', 'z', 'a'].sort(Intl.Collator('sv').compare), ['10', '9'].sort(new Intl.Collator('en', { numeric: true }).compare)]",
    [
      ["a", "A", "ä", "b", "z", "Z"],
      ["a", "z", "ä"],
      ["9", "10"],
    ],
  ],
  [
    "return ['a'.localeCompare('A', 'en', { sensitivity: 'base' }), 'undefined'.localeCompare(), 'b'.localeCompare('a', ['en']), '\\ud800'.localeCompare('\\ud800')]",
    [0, 0, 1, 0],
  ],
  [
    "return ['i'.toLocaleUpperCase('tr'), 'I'.toLocaleLowerCase(['tr']), 'ß'.toLocaleUpperCase('de'), 'I'.toLocaleLowerCase()]",
    ["İ", "ı", "SS", "i"],
  ],
  [
    "return [[1234.5, null, [1e3], 'x'].toLocaleString('de-DE'), new Float64Array([1234.5, 2]).toLocaleString('de-DE'), [].toLocaleString()]",
    ["1.234,5,,1.000,x", "1.234,5,2", ""],
  ],
  [
    "return [new Intl.PluralRules('en', { type: 'ordinal' }).select(22), new Intl.PluralRules('ar').select(3), new Intl.PluralRules('en').selectRange(0, 1)]",
    ["two", "few", "other"],
  ],
  [
    "return [new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(-1, 'day'), new Intl.RelativeTimeFormat('de').format(3, 'weeks'), new Intl.RelativeTimeFormat('en').formatToParts(2, 'hour').length]",
    ["yesterday", "in 3 Wochen", 3],
  ],
  [
    "return [new Intl.ListFormat('en').format(['a', 'b', 'c']), new Intl.ListFormat('de', { type: 'disjunction' }).format(new Set(['a', 'b'])), new Intl.ListFormat('en').formatToParts('ab').length]",
    ["a, b, and c", "a oder b", 3],
  ],
  [
    "return [new Intl.DisplayNames('en', { type: 'region' }).of('US'), String(new Intl.DisplayNames('en', { type: 'region', fallback: 'none' }).of('ZX'))]",
    ["United States", "undefined"],
  ],
  [
    "const words = new Intl.Segmenter('en', { granularity: 'word' }).segment('Hi, you'); return [[...words].filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment), words.containing(5), String(words.containing(7))]",
    [["Hi", "you"], { segment: "you", index: 4, input: "Hi, you", isWordLike: true }, "undefined"],
  ],
  ["return [...new Intl.Segmenter().segment('👍🏽e\\u0301')].map(({ segment }) => segment)", ["👍🏽", "e\u0301"]],
  [
    "return new Intl.DurationFormat('en', { style: 'long' }).format({ hours: 1, minutes: 2 })",
    "1 hour, 2 minutes",
  ],
  [
    "const l = new Intl.Locale('zh-hant', { region: 'TW' }); return [`${l}`, l.language, l.maximize().script, l.minimize().toString(), String(l.calendar), new Intl.NumberFormat(new Intl.Locale('de')).format(1.5), Intl.getCanonicalLocales(['EN-us', l])]",
    ["zh-Hant-TW", "zh", "Hant", "zh-TW", "undefined", "1,5", ["en-US", "zh-Hant-TW"]],
  ],
  [
    "return [Intl.getCanonicalLocales(), Intl.supportedValuesOf('currency').includes('EUR'), Intl.NumberFormat.supportedLocalesOf(['de', 'tlh'])]",
    [[], true, ["de"]],
  ],
  [
    "class Euros extends Intl.NumberFormat { constructor() { super('de', { maximumFractionDigits: 0 }) } whole(n) { return this.format(n) } } const e = new Euros(); return [e.whole(1.2), e instanceof Intl.NumberFormat, e.format === e.format, `${Intl}`, `${e}`, Object.keys(Intl.NumberFormat.prototype), Intl.NumberFormat.name, Intl.NumberFormat.length]",
    ["1", true, true, "[object Intl]", "[object Intl.NumberFormat]", [], "NumberFormat", 0],
  ],
];

/** What ECMA-402 refuses, by the class of the error. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  RangeError: [
    "(1).toLocaleString('not a locale')",
    "'a'.toLocaleUpperCase('x_y')",
    "new Intl.DateTimeFormat('en', { timeZone: 'Nope/Zone' })",
    "new Intl.DateTimeFormat('en', { month: 'x' })",
    "new Intl.DateTimeFormat('en').format(NaN)",
    "new Intl.NumberFormat('en', { maximumFractionDigits: 1e9 })",
    "new Intl.NumberFormat('en', { minimumFractionDigits: NaN })",
    "new Intl.NumberFormat('en', { useGrouping: 'x' })",
    "new Intl.NumberFormat('en', { style: 'x'.repeat(1e5) })",
    "new Intl.RelativeTimeFormat('en').format(1, 'fortnight')",
    "new Intl.DisplayNames('en', { type: 'currency' }).of('euro')",
    "new Intl.DurationFormat('en').format({ hours: 1.5 })",
    "Intl.supportedValuesOf('secrets')",
    "Intl.getCanonicalLocales('__proto__')",
  ],
  TypeError: [
    "Intl.getCanonicalLocales([1])",
    "Intl.getCanonicalLocales(null)",
    "new Intl.NumberFormat('en', null)",
    "new Intl.NumberFormat('en', { style: 'currency' })",
    "new Intl.NumberFormat('en').format(Symbol())",
    "new Intl.NumberFormat('en').formatRange(1)",
    "new Intl.DateTimeFormat('en').formatRange(0)",
    "new Date().toLocaleDateString('en', { timeStyle: 'short' })",
    "Intl.PluralRules()",
    "new Intl.PluralRules('en').select(Symbol())",
    "new Intl.ListFormat('en').format([1])",
    "new Intl.ListFormat('en', 'long')",
    "new Intl.DisplayNames('en')",
    "new Intl.Locale()",
    "Intl.NumberFormat.prototype.resolvedOptions.call({})",
    "Intl.Segmenter.prototype.segment.call(new Intl.Collator(), 'a')",
    "Number.prototype.toLocaleString.call('1')",
    "Date.prototype.toLocaleString.call(0)",
    "String.prototype.localeCompare.call(null, '')",
  ],
};

/** Gives every function of Intl every strange argument, as locale, option and value; tells of what is no plain error. */
const HOSTILE = `
const sentinel = new RangeError("of the guest");
const fail = () => { throw sentinel };
const traps = new Proxy({}, { get: fail, has: fail, ownKeys: fail, getOwnPropertyDescriptor: fail, getPrototypeOf: fail });
const strange = [
  undefined, null, true, -0, NaN, Infinity, 5e-324, 2 ** 53, 10n ** 1500n, Symbol("s"), "", "\\0", "\\n[]", "\\ud800", "__proto__",
  "constructor", "x".repeat(1000), "e\\u0301".repeat(500), "a" + "\\u0300".repeat(100), "1e-99", "en-u-nu-" + "latn-".repeat(60), [], [[]], ["de", "de"], [{}], Array(50).fill("de"), {}, { length: 3 },
  { toString: fail }, { valueOf: fail }, { get length() { return fail() } }, { length: -1 }, { toString: () => "de" }, { [Symbol.toPrimitive]: () => ({}) },
  { get style() { return fail() } }, { style: {}, type: Symbol() }, { timeZone: "\\0", currency: "__proto__", unit: [] }, { locale: "de", hours: Infinity }, { maximumFractionDigits: 1e308 },
  { [Symbol.iterator]: fail }, { *[Symbol.iterator]() { yield "a"; yield fail() } }, new Map(), new Date(NaN), /x/, () => 1, class {}, traps, new Proxy([], { get: fail }), new Intl.Locale("de"),
];
const bad = [];
let calls = 0;
const attempt = (what, run) => {
  calls++;
  try { return run() } catch (error) {
    if (error !== sentinel && !(error instanceof TypeError || error instanceof RangeError)) bad.push([what, String(error)]);
    if (error !== sentinel && /[a-z]+:\\/\\/|node_modules|\\.ts\\b/.test(error.stack)) bad.push([what, error.stack]);
  }
};
const names = Object.getOwnPropertyNames(Intl).filter((name) => /^[A-Z]/.test(name));
for (const value of strange) {
  for (const name of names) {
    attempt(name, () => new Intl[name](value));
    attempt(name, () => Intl[name](value, value));
    attempt(name, () => Intl[name].supportedLocalesOf?.(value, value));
    const made = attempt(name, () => new Intl[name]("en", { type: "region", ...Object(value) === value && value !== traps ? {} : { style: value } })) ?? attempt(name, () => new Intl[name]("en", { type: "language" })) ?? attempt(name, () => new Intl[name]("en"));
    attempt(name, () => new Intl[name]("en", value));
    for (const method of Object.getOwnPropertyNames(Intl[name].prototype)) {
      if (method === "constructor") continue;
      attempt(name + method, () => made[method](value, value));
      attempt(name + method, () => made[method]("1", value));
      attempt(name + method, () => Intl[name].prototype[method].call(value, value));
    }
  }
  attempt("canonical", () => Intl.getCanonicalLocales(value));
  attempt("values", () => Intl.supportedValuesOf(value));
  for (const receiver of ["aI", 1, 1n, new Date(0), [1, "a"]]) {
    for (const method of ["localeCompare", "toLocaleString", "toLocaleDateString", "toLocaleTimeString", "toLocaleUpperCase", "toLocaleLowerCase"]) {
      attempt(method, () => receiver[method]?.(value, value, value));
      attempt(method, () => receiver[method]?.("en", value));
      attempt(method, () => receiver[method]?.call(value, "en"));
    }
  }
}
return [bad, calls > 5000, new Intl.NumberFormat("de").format(1.5)];`;

export const intlCases: readonly BridgeCase[] = [
  ...RESULTS.map(giveSame),
  {
    title: "refuses what the standard refuses, with an error of the guest's own",
    async run({ evaluate }) {
      for (const [name, codes] of Object.entries(REFUSED)) {
        for (const code of codes) {
          const caught = `try { ${code}; return "nothing" } catch (error) { return error instanceof ${name} ? error.name : String(error) }`;
          expect([code, ...(await evaluate(caught))]).toEqual([code, name, name]);
        }
      }
    },
  },
  {
    title: "throws nothing but errors of the guest, whatever it is given",
    unless: "isShared",
    async run({ bridge }) {
      expect(await bridge.execute(HOSTILE)).toEqual([[], true, "1,5"]);
    },
  },
  {
    title: "cannot be changed, nor what an object of it gives",
    async run({ evaluate }) {
      const spoil =
        "const f = new Intl.NumberFormat('de'); for (const run of [() => { Intl.NumberFormat = 1 }, () => { Intl.NumberFormat.prototype.resolvedOptions = 1 }, () => { Object.getPrototypeOf(f).left = 1 }, () => { Object.getPrototypeOf(new Intl.Segmenter().segment('')).left = 1 }, () => { Object.getPrototypeOf(new Intl.Segmenter().segment('')[Symbol.iterator]()).next = 1 }, () => { f.resolvedOptions().locale = 'en' }, () => { Number.prototype.toLocaleString = 1 }]) try { run() } catch {} ";
      const look =
        "return [typeof Intl.NumberFormat, typeof Intl.NumberFormat.prototype.resolvedOptions, Intl.NumberFormat.prototype.left, new Intl.Segmenter().segment('').left, [...new Intl.Segmenter().segment('a')].length, new Intl.NumberFormat('de').resolvedOptions().locale, (1.5).toLocaleString('de')]";
      expect(await evaluate(spoil + look)).toEqual(
        both(["function", "function", undefined, undefined, 1, "de", "1,5"]),
      );
    },
  },
];

function giveSame([code, result]: readonly [code: string, result: unknown]): BridgeCase {
  return {
    title: `gives the same as everywhere: ${code.length > 90 ? `${code.slice(0, 90)}…` : code}`,
    async run({ evaluate }) {
      expect(await evaluate(code)).toEqual(both(result));
    },
  };
}
