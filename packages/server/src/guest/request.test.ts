import { describe, expect, test } from "vitest";
import { AbortController as GuestAbortController } from "./abort.ts";
import { Headers as GuestHeaders } from "./headers.ts";
import { Request as GuestRequest, receiveRequest } from "./request.ts";
import { URL as GuestUrl, URLSearchParams as GuestParams } from "./url.ts";

type AnyRequest = GuestRequest | Request;
interface Platform {
  readonly Request: new (input: never, init?: never) => AnyRequest;
  readonly URL: new (url: string) => unknown;
  readonly URLSearchParams: new (init: Record<string, string>) => unknown;
}

const GUEST: Platform = { Request: GuestRequest, URL: GuestUrl, URLSearchParams: GuestParams };
const NODE: Platform = { Request, URL, URLSearchParams };

describe("Request", () => {
  test.for<[string, (platform: Platform) => [input: unknown, init?: unknown]]>([
    ["a text", () => ["https://Example.com:443/a b?q=ü#part"]],
    ["a URL object", ({ URL }) => [new URL("https://example.com/x")]],
    ["a relative URL", () => ["/x"]],
    ["a URL with a password", () => ["https://user:pass@example.com/"]],
    ["a common method in small letters", () => ["https://a.test/", { method: "post", body: "x" }]],
    ["a method in small letters that stays so", () => ["https://a.test/", { method: "report" }]],
    ["a forbidden method", () => ["https://a.test/", { method: "trace" }]],
    ["an invalid method", () => ["https://a.test/", { method: "GE T" }]],
    ["an empty method", () => ["https://a.test/", { method: "" }]],
    ["a body for GET", () => ["https://a.test/", { body: "x" }]],
    ["a text body", () => ["https://a.test/", { method: "POST", body: "héllo" }]],
    ["a body that is a number", () => ["https://a.test/", { method: "POST", body: 5 }]],
    ["bytes", () => ["https://a.test/", { method: "POST", body: Uint8Array.of(104, 105) }]],
    ["a buffer", () => ["https://a.test/", { method: "POST", body: Uint8Array.of(104, 105).buffer }]],
    [
      "a form",
      ({ URLSearchParams }) => [
        "https://a.test/",
        { method: "PUT", body: new URLSearchParams({ a: "1 2" }) },
      ],
    ],
    [
      "its own content type",
      () => [
        "https://a.test/",
        { method: "POST", body: "{}", headers: { "content-type": "application/json" } },
      ],
    ],
    ["an unknown redirect mode", () => ["https://a.test/", { redirect: "maybe" }]],
    ["a manual redirect", () => ["https://a.test/", { redirect: "manual" }]],
    ["a signal that is none", () => ["https://a.test/", { signal: {} }]],
    ["another request", (platform) => [new platform.Request(...(POST as [never, never]))]],
    [
      "another request, changed",
      (platform) => [new platform.Request(...(POST as [never, never])), { body: "other" }],
    ],
    [
      "another request, its body replaced by null",
      (platform) => [new platform.Request(...(POST as [never, never])), { body: null }],
    ],
    [
      "a posting request, as GET",
      (platform) => [new platform.Request(...(POST as [never, never])), { method: "GET" }],
    ],
  ])("made from %s is what it is in Node", async ([, args]) => {
    expect(await describeRequest(GUEST, args(GUEST))).toEqual(await describeRequest(NODE, args(NODE)));
  });

  test("a body is read once", async () => {
    const request = new GuestRequest("https://a.test/", { method: "POST", body: '{"a":1}' });
    const clone = request.clone();
    expect(await request.json()).toEqual({ a: 1 });
    expect([request.bodyUsed, clone.bodyUsed]).toEqual([true, false]);
    await expect(request.text()).rejects.toThrow(TypeError);
    expect(() => request.clone()).toThrow(TypeError);
    expect(await clone.text()).toBe('{"a":1}');
  });

  test("a clone has bytes of its own", async () => {
    const request = new GuestRequest("https://a.test/", { method: "POST", body: Uint8Array.of(1, 2) });
    const clone = request.clone();
    (await request.bytes()).fill(9);
    expect(await clone.bytes()).toEqual(Uint8Array.of(1, 2));
  });

  test("formData reads fields of a form, and says what it cannot read", async () => {
    const init = { method: "POST", body: new GuestParams("a=1&a=2&b=%C3%BC") };
    const form = await new GuestRequest("https://a.test/", init).formData();
    expect([...form]).toEqual([
      ["a", "1"],
      ["a", "2"],
      ["b", "ü"],
    ]);
    const other = new GuestRequest("https://a.test/", { method: "POST", body: "x" });
    await expect(other.formData()).rejects.toThrow(/application\/x-www-form-urlencoded/);
    expect(other.bodyUsed).toBe(false);
  });

  test("body is handed on whole, or read in parts, once", async () => {
    const first = new GuestRequest("https://a.test/", { method: "POST", body: "whole" });
    const second = new GuestRequest("https://b.test/", { method: "POST", body: first.body as never });
    expect([first.bodyUsed, await second.text()]).toEqual([true, "whole"]);
    await expect(first.text()).rejects.toThrow(/already read/);

    const third = new GuestRequest("https://a.test/", { method: "POST", body: "parts" });
    const read: unknown[] = [];
    for await (const chunk of third.body as AsyncIterable<unknown>) read.push(chunk);
    expect(read).toEqual([new TextEncoder().encode("parts")]);
    expect(third.bodyUsed).toBe(true);
    expect(() => new GuestRequest("https://b.test/", { method: "POST", body: third.body })).toThrow(/once/);
  });

  test("hands its signal on", () => {
    const controller = new GuestAbortController();
    const request = new GuestRequest("https://a.test/", { signal: controller.signal });
    expect(new GuestRequest(request).signal.aborted).toBe(false);
    controller.abort();
    expect(new GuestRequest(request).signal.aborted).toBe(true);
  });

  test("a received request takes what the host gives, and its headers can be changed", async () => {
    const request = receiveRequest({
      method: "POST",
      url: "https://acme.test/run/acme/orders?x=1",
      headers: [
        ["content-type", "application/json"],
        ["x-a", "1"],
        ["x-a", "2"],
      ],
      body: new TextEncoder().encode('{"a":"ü"}'),
    });
    request.headers.set("x-b", "3");
    expect(await request.json()).toEqual({ a: "ü" });
    expect([...request.headers]).toEqual([
      ["content-type", "application/json"],
      ["x-a", "1, 2"],
      ["x-b", "3"],
    ]);
    expect(request.headers).toBeInstanceOf(GuestHeaders);
  });
});

const POST = ["https://a.test/", { method: "POST", body: "first", headers: { "x-a": "1" } }];

async function describeRequest(platform: Platform, args: [unknown, unknown?]): Promise<unknown> {
  try {
    const request = new platform.Request(...(args as [never, never]));
    const { method, url, redirect, bodyUsed } = request;
    const hasBody = request.body !== null;
    return {
      method,
      url,
      redirect,
      bodyUsed,
      hasBody,
      headers: [...request.headers],
      text: await request.text(),
    };
  } catch (error) {
    return (error as Error).name;
  }
}
