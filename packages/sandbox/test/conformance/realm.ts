import { expect } from "vitest";
import { type BridgeCase, both } from "./subject.ts";

/** What code tries to leave behind, and what finds it. */
const TRACES: ReadonlyArray<readonly [leave: string, find: string]> = [
  ["left = 1", "typeof left"],
  ["globalThis.left = 1; this.left = 1", "typeof left"],
  [
    "var left = 1; function leftToo() {} (0, eval)('var left = 1; let l = 2; function leftToo() {}'); new Function('left = 1')()",
    "typeof left + typeof leftToo + typeof l",
  ],
  [
    "Math = 1; JSON = 2; undefined = 3; Object = 4",
    "typeof Math + typeof JSON + typeof undefined + typeof Object",
  ],
  [
    "Array.prototype.map = Object.prototype.left = String.prototype.left = 1",
    "typeof [].map + ({}).left + ''.left",
  ],
  [
    "Reflect.defineProperty(Array.prototype, '0', { set() {} }); Object.setPrototypeOf(Array.prototype, null)",
    "[].length + [7][0] + typeof [].hasOwnProperty",
  ],
  ["Object.prototype.__defineGetter__('left', () => 1)", "({}).left"],
  ["Promise.prototype.then = () => 1", "typeof Promise.prototype.then"],
  ["Object.getPrototypeOf(async () => {}).left = 1", "(async () => {}).left"],
  ["Object.getPrototypeOf(function* () {}).left = 1", "(function* () {}).left"],
  ["Object.getPrototypeOf(async function* () {}).left = 1", "(async function* () {}).left"],
  ["Object.getPrototypeOf(Object.getPrototypeOf([].values())).left = 1", "[].values().left"],
  ["Object.getPrototypeOf([].values()).next = 1", "typeof [].values().next + [...'ab'].join()"],
  ["Object.getPrototypeOf(''.matchAll(/x/g)).left = 1", "''.matchAll(/x/g).left"],
  [
    "const s = new Intl.Segmenter('en').segment('a'); for (const o of [s, s[Symbol.iterator]()]) Object.getPrototypeOf(o).left = 1",
    "[new Intl.Segmenter('en').segment('a')].map((s) => [s.left, s[Symbol.iterator]().left].join()).join()",
  ],
  [
    "arguments.callee.left = 1; arguments.callee.prototype && (arguments.callee.prototype.left = 1)",
    "0 + String(arguments.callee.left) + String(arguments.callee.prototype && arguments.callee.prototype.left)",
  ],
  [
    "/(secret)/.exec('my secret'); 'x'.replace(/x/, '')",
    "[RegExp.$1, RegExp.lastMatch, RegExp['$_'], RegExp.input, RegExp.leftContext].join('')",
  ],
  [
    "Error.stackTraceLimit = 0; Error.prepareStackTrace = () => 'left'; Symbol.left = 1",
    "String(Error.prepareStackTrace) + Symbol.left + typeof new Error('x').stack",
  ],
  [
    "globalThis[Symbol.for('left')] = 1; delete globalThis.Array; delete Object.keys; Object.freeze = 1",
    "typeof globalThis[Symbol.for('left')] + typeof Array + typeof Object.keys + typeof Object.freeze",
  ],
  [
    "Intl.left = 1; if (Intl.DateTimeFormat) Intl.DateTimeFormat.prototype.format = 1",
    "typeof Intl + (typeof Intl === 'object' ? Intl.left : undefined)",
  ],
  [
    "data.left = 1; data.list.push(1); data.map.set('left', 1)",
    "data.left + '' + data.list.length + data.map.size",
  ],
];

const REACHED_HOST = [
  "process",
  "require",
  "module",
  "Buffer",
  "global",
  "console",
  "setTimeout",
  "queueMicrotask",
  "fetch",
  "performance",
  "WebAssembly",
  "SharedArrayBuffer",
  "Atomics",
  "WeakRef",
  "FinalizationRegistry",
  "Temporal",
  "postMessage",
  "addEventListener",
  "self",
  "importScripts",
  "navigator",
  "print",
  "std",
  "os",
  "scriptArgs",
  "__attachBridge",
];

export const realmCases: readonly BridgeCase[] = [
  {
    title: "is as new for each execution, in a scope or not",
    async run({ bridge, evaluate }) {
      const data = { list: [1], map: new Map() };
      using scope = bridge.openScope(data);
      for (const [leave, find] of TRACES) {
        const clean = await evaluate(`return ${find}`, data);
        await scope.execute(`try { ${leave} } catch {}`);
        await bridge.execute(
          `"use strict"; try { ${leave.replaceAll(/arguments\.callee/g, "globalThis")} } catch {}`,
          data,
        );
        const found = [...(await evaluate(`return ${find}`, data)), await scope.execute(`return ${find}`)];
        expect([leave, ...found]).toEqual([leave, ...clean, clean[0]]);
      }
    },
  },
  {
    title: "keeps nothing on the code itself, however often it runs",
    async run({ bridge }) {
      const code =
        "const f = arguments.callee; const before = f.count; f.count = 1; (f.prototype ?? {}).count = 1; return [before, f.count, (f.prototype ?? {}).count]";
      for (let round = 0; round < 3; round++)
        expect(await bridge.execute(code)).toEqual([undefined, undefined, undefined]);
    },
  },
  {
    title: "has the language and nothing of the host",
    async run({ evaluate }) {
      const find = `return ${JSON.stringify(REACHED_HOST)}.filter((name) => name in globalThis || typeof globalThis[name] !== "undefined")`;
      expect(await evaluate(find)).toEqual(both([]));
      // Constants of Web IDL are numbers that cannot be deleted.
      const chain =
        "const found = []; for (let at = Object.getPrototypeOf(globalThis); at && at !== Object.prototype; at = Object.getPrototypeOf(at)) found.push(...Reflect.ownKeys(at).filter((key) => key !== Symbol.toStringTag && key !== 'constructor' && typeof Object.getOwnPropertyDescriptor(at, key).value !== 'number')); return found";
      expect(await evaluate(chain)).toEqual(both([]));
      expect(
        await evaluate(
          "return [Math.max(1, 2), [3, 1].sort(), new Map([[1, 2]]).get(1), /a(b)/.exec('ab')[1], parseInt('7'), new Date(0).toISOString(), JSON.parse('[1]')]",
        ),
      ).toEqual(both([2, [1, 3], 2, "b", 7, "1970-01-01T00:00:00.000Z", [1]]));
    },
  },
  {
    title: "lets nothing of the host be reached",
    async run({ evaluate }) {
      const routes = [
        "data.f.constructor('return typeof process + typeof require')()",
        "data.o.constructor.constructor('return typeof process + typeof require')()",
        "(function () { return typeof this.process + typeof this.require })()",
        "[].filter.constructor('return typeof process + typeof require')()",
        "(() => { try { data.fails() } catch (e) { return e.constructor.constructor('return typeof process + typeof require')() } })()",
        "(function* () {}).constructor('return typeof process + typeof require')().next().value",
        "typeof (arguments.callee.caller ?? undefined) + typeof undefined",
      ];
      const data = {
        f: () => 1,
        o: { x: 1 },
        fails() {
          throw new Error("x");
        },
      };
      for (const route of routes)
        expect([route, ...(await evaluate(`return ${route}`, data))]).toEqual([
          route,
          ...both("undefinedundefined"),
        ]);
    },
  },
  {
    title: "lets ordinary code override what is frozen, on its own objects",
    async run({ evaluate }) {
      const code = `
        const o = {}; o.toString = () => "o"; o.constructor = 1; o.valueOf = () => 5; o.hasOwnProperty = 2;
        const e = new TypeError("a"); e.name = "N"; e.message = "m"; e.toString = () => "e";
        function F() {} F.prototype.toString = () => "F"; F.toString = () => "f"; F.prototype = { constructor: F };
        class C extends Array { constructor() { super(); this.constructor = C } } C.prototype.push = () => 0;
        const a = [1]; a.toString = () => "a"; a.push = () => 9; a.concat = 1;
        const { toString } = o;
        return [\`\${o}\`, o.constructor, o + 1, o.hasOwnProperty, e.name, e.message, \`\${e}\`, \`\${new F()}\`, F.toString(), \`\${a}\`, a.push(1), a.length, new C().push(), toString(), Object.keys(o)]`;
      expect(await evaluate(code)).toEqual(
        both([
          "5",
          1,
          6,
          2,
          "N",
          "m",
          "e",
          "[object Object]",
          "f",
          "a",
          9,
          1,
          0,
          "o",
          ["toString", "constructor", "valueOf", "hasOwnProperty"],
        ]).map((list) => ["o", ...list.slice(1)]),
      );
    },
  },
  {
    title: "refuses buffers that grow",
    async run({ evaluate }) {
      const code =
        "try { new ArrayBuffer(1, { maxByteLength: 2 ** 31 }); return 'made' } catch (error) { return [error.name, new ArrayBuffer(2) instanceof ArrayBuffer, typeof ArrayBuffer.prototype.resize] }";
      expect(await evaluate(code)).toEqual(both(["RangeError", true, "undefined"]));
    },
  },
  {
    title: "holds what a guest bundle defines, unchangeable, in every execution",
    async run({ create }) {
      const guestBundle =
        "globalThis.tools = { add: (a, b) => a + b, list: [1], Point: class { x = 1 } }; var counter = 1;";
      await using bridge = create({ guestBundle });
      const code =
        "try { tools.add = tools.list.push(2) } catch {} counter = 5; tools.left = 1; tools.Point.prototype.left = 1; return [tools.add(1, 2), tools.list, new tools.Point(), tools.left, counter]";
      for (let round = 0; round < 2; round++)
        expect(await bridge.execute(code)).toEqual([3, [1], { x: 1 }, undefined, 1]);
    },
  },
];
