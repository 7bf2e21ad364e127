import { expect } from "vitest";
import { type BridgeCase, both } from "./subject.ts";

/** What code throws, and what the host is told of it. */
const THROWN: ReadonlyArray<readonly [code: string, message: string, guestName: string | undefined]> = [
  ["throw new TypeError('wrong')", "wrong", "TypeError"],
  ["class OwnError extends Error { name = 'OwnError' } throw new OwnError('own')", "own", "OwnError"],
  ["const e = new Error('a'); e.name = 'Renamed'; e.message = 'b'; throw e", "b", "Renamed"],
  ["throw Object.assign(new Error('m'), { code: 'BRIDGE_TIMEOUT' })", "m", "Error"],
  ["throw { name: 'Plain', message: 'object' }", "object", "Plain"],
  ["throw 'text'", "thrown: text", undefined],
  ["throw undefined", "thrown: undefined", undefined],
  ["throw Symbol('s')", "thrown: Symbol(s)", undefined],
  ["throw {}", "thrown: an object", undefined],
  ["throw { get message() { throw 1 }, get name() { return {} } }", "thrown: an object", undefined],
  ["throw new Proxy(new Error('p'), { get() { throw 2 } })", "", "Error"],
  [
    "const e = new Error(); Object.defineProperty(e, 'message', { get() { return 'x'.repeat(1e5) } }); throw e",
    `${"x".repeat(8_192)}…`,
    "Error",
  ],
  ["JSON.parse('{')", "", "SyntaxError"],
  ["return { get x() { throw new RangeError('late') } }", "late", "RangeError"],
];

export const errorCases: readonly BridgeCase[] = [
  {
    title: "tell the guest's name and message, and nothing else",
    async run({ fail }) {
      for (const [code, message, guestName] of THROWN) {
        for (const failure of await fail(code)) {
          expect(failure).toMatchObject({ code: "BRIDGE_SCRIPT", guestName });
          // An engine's own messages are its own.
          if (code !== "JSON.parse('{')") expect(failure.message).toBe(message);
        }
      }
    },
  },
  {
    title: "say what does not compile, each time anew",
    async run({ fail, evaluate }) {
      for (const code of [
        "return (",
        "}",
        "} {",
        "await 1",
        "const a; return a",
        "import 'x'",
        "return 08n",
        "#!x",
      ]) {
        for (let round = 0; round < 2; round++) {
          for (const failure of await fail(code))
            expect([code, failure.code]).toEqual([code, "BRIDGE_SYNTAX"]);
        }
      }
      expect(await evaluate("// a comment at the end")).toEqual(both(undefined));
      expect(await evaluate("<!-- as scripts allow\nreturn 1")).toEqual(both(1));
    },
  },
  {
    title: "hold for recursion without end, and leave the bridge usable",
    async run({ fail, evaluate }) {
      for (const { code } of await fail("(function f() { f() })()"))
        expect(["BRIDGE_SCRIPT", "BRIDGE_MEMORY"]).toContain(code);
      for (const { code } of await fail("const f = () => [f()]; return f()"))
        expect(["BRIDGE_SCRIPT", "BRIDGE_MEMORY"]).toContain(code);
      expect(await evaluate("return 1")).toEqual(both(1));
    },
  },
  {
    title: "of promises that nobody waits for change nothing",
    unless: "isShared",
    async run({ evaluate }) {
      expect(await evaluate("Promise.reject(new Error('unheard')); return 1")).toEqual(both(1));
      expect(await evaluate("(async () => { throw null })(); return 2")).toEqual(both(2));
    },
  },
  {
    title: "have a stack without paths of the host",
    unless: "isShared",
    async run({ evaluate }) {
      const code =
        "const stacks = []; try { null.x } catch (e) { stacks.push(e.stack) } try { data.f() } catch (e) { stacks.push(e.stack) } return stacks.join('')";
      const data = {
        f() {
          throw new Error("from the host");
        },
      };
      for (const stack of (await evaluate(code, data)) as string[])
        expect(stack).not.toMatch(/file:|\/packages\/|node_modules|\.ts\b/);
    },
  },
];
