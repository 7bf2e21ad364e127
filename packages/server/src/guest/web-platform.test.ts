import { readFile } from "node:fs/promises";
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { type GuestRealm, createGuestRealm } from "../../test/guest-realm.ts";
import { WEB_PLATFORM_CASES } from "../../test/web-platform-cases.ts";

let realm: GuestRealm;

beforeAll(async () => {
  realm = await createGuestRealm();
});

/** What the cases may use. */
const PRELUDE = `
  const attempt = (run) => { try { return run(); } catch (error) { return "threw " + error.name; } };
  const show = (value, seen = new Map()) => {
    if (typeof value === "function") return "function";
    if (typeof value === "bigint") return value + "n";
    if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
    if (typeof value === "undefined") return "undefined";
    if (typeof value !== "object" || value === null) return value;
    if (seen.has(value)) return "ref" + seen.get(value);
    seen.set(value, seen.size);
    const tag = Object.prototype.toString.call(value);
    const proto = Object.getPrototypeOf(value);
    const head = [tag, proto === null ? "null" : proto.constructor.name];
    if (value instanceof Date) head.push(value.getTime());
    if (value instanceof RegExp) head.push(value.source, value.flags, value.lastIndex);
    if (value instanceof Map) head.push([...value].map((pair) => pair.map((item) => show(item, seen))));
    if (value instanceof Set) head.push([...value].map((item) => show(item, seen)));
    if (value instanceof ArrayBuffer) head.push([...new Uint8Array(value)]);
    if (ArrayBuffer.isView(value)) return [...head, value.byteOffset, value.byteLength, show(value.buffer, seen)];
    if (value instanceof Error) {
      const cause = "cause" in value ? show(value.cause, seen) : "no cause";
      return [...head, value.name, value.message, cause, Object.keys(value)];
    }
    if (/Boolean|Number|String|BigInt/.test(tag)) head.push(String(value.valueOf()));
    const keys = Reflect.ownKeys(value).filter((key) => key !== "length");
    return [...head, ...keys.map((key) => [String(key), show(value[key], seen)])];
  };
`;

function asProgram(source: string): string {
  return `{ ${PRELUDE} ${source.includes("return ") ? source : `return ${source}`} }`;
}

describe.each(Object.entries(WEB_PLATFORM_CASES))("%s", (_standard, sources) => {
  test.each(sources)("%s", async (source) => {
    const { guest, node } = await realm.compareSource(asProgram(source));
    expect(guest).toEqual(node);
  });
});

describe("what differs on purpose, as docs/web-platform.md says", () => {
  test.each<[string, unknown]>([
    [`new Headers().get()`, null],
    [`attempt(() => new TextDecoder("utf-16le"))`, "threw RangeError"],
    [`new Request("https://a.test/").signal.aborted`, false],
    [`new Response(new ReadableStream({ start(c) { c.enqueue("text"); c.close(); } })).text()`, "text"],
    [`typeof ReadableStream.prototype.tee`, "undefined"],
    [`show(structuredClone(new Proxy({ a: 1 }, {})))`, ["[object Object]", "Object", ["a", "1"]]],
    [`new Blob(["a\\r\\n"], { endings: "native" }).size`, 3],
    [`attempt(() => new URL("http://a\\u200db/"))`, "threw TypeError"],
    [`"encrypt" in crypto.subtle`, false],
  ])("%s", async (source, expected) => {
    expect((await realm.compareSource(asProgram(source))).guest).toEqual(["value", expected]);
  });
});

describe("any input", () => {
  test("bytes in any chunks are decoded as in Node", async () => {
    const decode = (chunks: number[][], fatal: boolean, ignoreBOM: boolean): string[] => {
      const decoder = new TextDecoder("utf-8", { fatal, ignoreBOM });
      const read = chunks.map((chunk) => decoder.decode(new Uint8Array(chunk), { stream: true }));
      return [...read, decoder.decode()];
    };
    // Bytes that begin, continue and break sequences, the byte order mark and the ends of the allowed ranges.
    const anyByte = fc.constantFrom(
      0x41,
      0x7f,
      0x80,
      0x8f,
      0x90,
      0x9f,
      0xa0,
      0xbb,
      0xbf,
      0xc0,
      0xc2,
      0xdf,
      0xe0,
      0xe2,
      0xed,
      0xef,
      0xf0,
      0xf4,
      0xf5,
      0xff,
    );
    const chunks = fc.array(fc.array(anyByte, { maxLength: 8 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(chunks, fc.boolean(), fc.boolean(), async (...args) => {
        const { guest, node } = await realm.compare(decode, ...args);
        expect(guest).toEqual(node);
      }),
      { numRuns: 2_000, seed: 1 },
    );
  });

  test("headers hold what they hold in Node after any changes", async () => {
    const change = (start: [string, string][], steps: [string, string, string][]): unknown => {
      const headers = new Headers(start);
      const seen = steps.map(([method, name, value]) => {
        try {
          if (method === "append" || method === "set") headers[method](name, value);
          else if (method === "delete") headers.delete(name);
          else return headers.get(name);
          return [...headers];
        } catch (error) {
          return (error as Error).name;
        }
      });
      return [seen, headers.getSetCookie(), [...headers.keys()].join()];
    };
    const anyName = fc.constantFrom(
      "a",
      "A",
      "b-c",
      "Set-Cookie",
      "set-cookie",
      "content-type",
      "",
      "a b",
      "é",
      "x:",
    );
    const anyValue = fc.constantFrom(
      "",
      "1",
      " 2\t",
      "\r\n3\n",
      "4,5",
      "é",
      "\u0100",
      "a\nb",
      "a\0b",
      "\ud800",
    );
    const anyStep = fc.tuple(fc.constantFrom("append", "set", "delete", "get"), anyName, anyValue);
    const start = fc.array(fc.tuple(anyName, anyValue), { maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(start, fc.array(anyStep, { maxLength: 8 }), async (...args) => {
        const { guest, node } = await realm.compare(change, ...args);
        expect(guest).toEqual(node);
      }),
      { numRuns: 1_000, seed: 1 },
    );
  });

  test("base64 is read and refused as in Node", async () => {
    const both = (text: string): unknown[] =>
      [atob, btoa].map((convert) => {
        try {
          return convert(text);
        } catch (error) {
          return (error as Error).name;
        }
      });
    const anyText = fc.oneof(
      fc.string({ unit: fc.constantFrom("A", "b", "/", "+", "=", " ", "\n", "-", "é"), maxLength: 9 }),
      fc.string({ unit: "binary" }),
    );
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        const { guest, node } = await realm.compare(both, text);
        expect(guest).toEqual(node);
      }),
      { numRuns: 1_000, seed: 1 },
    );
  });
});

test("no clock within reach is finer than a millisecond", async () => {
  const readings = realm.evaluate(`(() => {
    const clocks = {
      "Date.now": () => Date.now(),
      "new Date": () => +new Date(),
      "performance.now": () => performance.now(),
      "performance.timeOrigin": () => performance.timeOrigin,
      "Event.timeStamp": () => new Event("x").timeStamp,
      "File.lastModified": () => new File([], "x").lastModified,
    };
    const fine = [];
    for (const [name, read] of Object.entries(clocks)) {
      for (let index = 0; index < 20_000; index++) {
        if (Number.isInteger(read())) continue;
        fine.push(name);
        break;
      }
    }
    return JSON.stringify([fine, ["Atomics", "SharedArrayBuffer", "Temporal", "WebAssembly"].filter((name) => name in globalThis)]);
  })()`);
  expect(readings).toBe("[[],[]]");
});

test("docs/web-platform.md names every member that an interface has, and no others", async () => {
  const page = await readFile(new URL("../../../../docs/web-platform.md", import.meta.url), "utf8");
  const rows = JSON.parse(realm.evaluate(DESCRIBE_INTERFACES) as string) as string[];
  const documented = page.split("\n").filter((line) => line.startsWith("| `"));
  const squeezed = documented.map((line) => line.replaceAll(/ +\|/g, " |").replaceAll(/\| +/g, "| "));
  expect(squeezed.slice(0, rows.length)).toEqual(rows);
});

/** A row of a table for each interface of the web platform that the realm has. */
const DESCRIBE_INTERFACES = `(() => {
  const isOurs = (name) => typeof globalThis[name] === "function" && /^[A-Z]/.test(name)
    && !/\\[native code\\]/.test(Function.prototype.toString.call(globalThis[name])) && name !== "ArrayBuffer";
  const publicKeys = (target, left) => Object.getOwnPropertyNames(target)
    .filter((key) => !left.includes(key) && !/^[A-Z_]+$/.test(key)).sort();
  const list = (keys) => keys.map((key) => "\`" + key + "\`").join(" ");
  return JSON.stringify(Object.getOwnPropertyNames(globalThis).filter(isOurs).sort().map((name) => {
    let { prototype } = globalThis[name];
    const members = publicKeys(prototype, ["constructor"]);
    // What it has of a class without a name of its own is its own.
    while ((prototype = Object.getPrototypeOf(prototype)) !== Object.prototype) {
      if (globalThis[prototype.constructor.name] === prototype.constructor) break;
      members.push(...publicKeys(prototype, ["constructor", ...members]));
    }
    members.sort();
    const statics = publicKeys(globalThis[name], ["length", "name", "prototype"]);
    return "| \`" + name + "\` | " + (list(members) || "–") + " | " + (list(statics) || "–") + " |";
  }));
})()`;
