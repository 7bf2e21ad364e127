import vm from "node:vm";
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { guestBundle } from "../bundles/development.ts";

/** The snapshot holds the bundle's heap, and every new isolate pays for it. */
const MAX_BUNDLE_BYTES = 120 * 1024;

let code = "";
let context: vm.Context;

beforeAll(async () => {
  code = await guestBundle();
  context = createRealm();
});

describe("the guest bundle", () => {
  test("is small", () => {
    expect(Buffer.byteLength(code)).toBeLessThanOrEqual(MAX_BUNDLE_BYTES);
  });

  test("installs its globals in a realm that has nothing but ECMAScript, as browsers have them", () => {
    const added = run<string[]>("Object.getOwnPropertyNames(globalThis)").filter(
      (name) => !(vm.runInNewContext("Object.getOwnPropertyNames(globalThis)") as string[]).includes(name),
    );
    expect(added.sort()).toEqual(EXPECTED_GLOBALS);
    const flags = run<string[]>(
      `Object.entries(Object.getOwnPropertyDescriptors(globalThis))
        .filter(([name]) => ${JSON.stringify(EXPECTED_GLOBALS)}.includes(name))
        .filter(([, it]) => !it.writable || !it.configurable || it.enumerable).map(([name]) => name)`,
    );
    expect(flags).toEqual([]);
    expect(run(`[Headers.name, String(new Headers()), fetch.name, new DOMException().toString()]`)).toEqual([
      "Headers",
      "[object Headers]",
      "fetch",
      "Error",
    ]);
  });

  test("what a script does to the built-ins does not change what its requests hold", () => {
    const realm = createRealm();
    vm.runInContext(TAMPERING, realm);
    const script = `
      const request = new Request(new URL("https://a.test/x?y=1"), {
        method: "post", headers: { "X-A": "1" }, body: new URLSearchParams("a=b"),
      });
      request.headers.append("x-a", "2");
      [request.method, request.url, request.headers.get("x-a"), request.headers.get("content-type"), btoa("hé")].join("|")`;
    expect(vm.runInContext(script, realm)).toBe(
      "POST|https://a.test/x?y=1|1, 2|application/x-www-form-urlencoded;charset=UTF-8|aOk=",
    );
  });
});

describe("URL", () => {
  test.each(URLS())("%j relative to %j is what it is in Node", (url, base) => {
    expect(plain(inRealm(describeUrl)(url, base))).toEqual(describeUrl(url, base));
  });

  test("every well-formed URL is what it is in Node, and so are its parameters", () => {
    const describeGuestUrl = inRealm(describeUrl);
    fc.assert(
      fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true, size: "small" }), (url) => {
        expect(plain(describeGuestUrl(url, undefined))).toEqual(describeUrl(url, undefined));
      }),
      { numRuns: 500 },
    );
  });

  test("setters and parameters change the URL as in Node", () => {
    expect(plain(inRealm(changeUrl)())).toEqual(changeUrl());
  });
});

function createRealm(): vm.Context {
  const realm = vm.createContext(vm.constants.DONT_CONTEXTIFY);
  vm.runInContext(code, realm);
  return realm;
}

function run<Result>(script: string): Result {
  const result = vm.runInContext(script, context) as Result;
  return typeof result === "object" ? plain(result) : result;
}

/** The same function, over there: its globals are the guest's. */
function inRealm<Callback extends (...args: never[]) => unknown>(callback: Callback): Callback {
  return vm.runInContext(`(${callback.toString()})`, context) as Callback;
}

/** Out of the other realm, whose arrays are not this one's. */
function plain<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}

function describeUrl(input: string, base: string | undefined): unknown {
  try {
    const url = new URL(input, base);
    const { href, origin, protocol, username, password, host, hostname, port, pathname, search, hash } = url;
    const parts = {
      href,
      origin,
      protocol,
      username,
      password,
      host,
      hostname,
      port,
      pathname,
      search,
      hash,
    };
    return {
      ...parts,
      json: JSON.stringify({ url }),
      params: [...url.searchParams],
      can: URL.canParse(input, base),
    };
  } catch (error) {
    return { refused: (error as Error).name, can: URL.canParse(input, base) };
  }
}

function changeUrl(): string[] {
  const url = new URL("https://example.com:8080/a/b?x=1&y=2&x=3#f");
  const steps: string[] = [];
  url.searchParams.append("ü", "a b&c");
  steps.push(url.href);
  url.searchParams.delete("x", "3");
  url.searchParams.sort();
  steps.push(url.search, `${url.searchParams.size}`);
  url.pathname = "/ä/../ö";
  url.hash = "";
  url.port = "443";
  url.protocol = "http";
  url.host = "other.test:81";
  steps.push(url.href);
  url.search = "?z=%zz&+=%20";
  steps.push(url.href, JSON.stringify([...url.searchParams]), url.searchParams.toString());
  return steps;
}

function URLS(): [string, string | undefined][] {
  return [
    ["https://EXAMPLE.com:443/../a/./b/%2e%2e/c d?q=ü'\"<>#é `", undefined],
    ["http://user:p%40ss@host:0080/", undefined],
    ["//other/path", "https://example.com/a/b"],
    ["?x", "https://example.com/a/b?c#d"],
    ["#x", "https://example.com/a/b?c#d"],
    ["../../..//x", "https://example.com/a/b/c"],
    ["\\\\x\\y", "https://example.com/"],
    [" \thttps://exa\nmple.com/ ", undefined],
    ["http://0x7f.1/", undefined],
    ["http://2130706433/", undefined],
    ["http://0300.0250.1.1/", undefined],
    ["http://256.256.256.256/", undefined],
    ["http://[::ffff:7f00:1]:80/", undefined],
    ["http://[1:2:0:0:5:0:0:0]/", undefined],
    ["http://[::1", undefined],
    ["http://b%C3%BCcher.de/", undefined],
    ["http://BÜCHER.de/", undefined],
    ["http://a b/", undefined],
    ["http://a%00b/", undefined],
    ["http://example.com:99999/", undefined],
    ["http://", undefined],
    ["http:///x", undefined],
    ["mailto:a@b.test?subject=x y", undefined],
    ["data:text/plain,a b#c", undefined],
    ["javascript:alert(1)", undefined],
    ["file:///C:/x/../y", undefined],
    ["blob:https://a.test/id", undefined],
    ["not a url", undefined],
    ["", undefined],
    ["", "https://example.com/a?b#c"],
  ];
}

const TAMPERING = `
  for (const proto of [String.prototype, Array.prototype, Map.prototype, Headers.prototype, Uint8Array.prototype]) {
    for (const key of ["toLowerCase", "toUpperCase", "charCodeAt", "slice", "push", "sort", "get", "set"]) {
      if (Object.hasOwn(proto, key) && proto !== Headers.prototype) proto[key] = () => "tampered";
    }
  }
  Object.keys = JSON.stringify = String = () => "tampered";
  Array.isArray = () => true;
`;

const EXPECTED_GLOBALS = [
  "AbortController",
  "AbortSignal",
  "Blob",
  "Crypto",
  "CryptoKey",
  "DOMException",
  "Event",
  "EventTarget",
  "File",
  "FormData",
  "Headers",
  "Performance",
  "ReadableStream",
  "ReadableStreamDefaultController",
  "ReadableStreamDefaultReader",
  "Request",
  "Response",
  "SubtleCrypto",
  "TextDecoder",
  "TextEncoder",
  "URL",
  "URLSearchParams",
  "__attach",
  "atob",
  "btoa",
  "clearInterval",
  "clearTimeout",
  "crypto",
  "fetch",
  "performance",
  "queueMicrotask",
  "setInterval",
  "setTimeout",
  "structuredClone",
];
