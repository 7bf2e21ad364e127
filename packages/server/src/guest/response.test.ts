import { describe, expect, test } from "vitest";
import { ReadableStream as GuestStream } from "./readable-stream.ts";
import { Response as GuestResponse, receiveResponse } from "./response.ts";

type AnyResponse = GuestResponse | Response;
type ResponseClass = typeof GuestResponse & typeof Response;

describe("Response", () => {
  test.for<[string, (Class: ResponseClass) => AnyResponse]>([
    ["nothing", (Class) => new Class()],
    ["a text", (Class) => new Class("héllo\ud800")],
    ["a text with a byte order mark", (Class) => new Class("\ufeffx")],
    ["an empty text", (Class) => new Class("")],
    ["null", (Class) => new Class(null)],
    ["bytes", (Class) => new Class(Uint8Array.of(1, 2, 255))],
    ["a part of a buffer", (Class) => new Class(new DataView(Uint8Array.of(65, 66, 67).buffer, 1, 1))],
    ["status and text", (Class) => new Class("x", { status: 418, statusText: "I'm a teapot" })],
    ["a status as text", (Class) => new Class("x", { status: "404" as never })],
    ["a status below 200", (Class) => new Class("x", { status: 199 })],
    ["a status above 599", (Class) => new Class("x", { status: 600 })],
    ["a status that is no number", (Class) => new Class("x", { status: "abc" as never })],
    ["a line break in the status text", (Class) => new Class("x", { statusText: "a\r\nb" })],
    ["a body with 204", (Class) => new Class("", { status: 204 })],
    ["a body with 304", (Class) => new Class("x", { status: 304 })],
    ["no body with 204", (Class) => new Class(null, { status: 204 })],
    ["its own content type", (Class) => new Class("x", { headers: { "Content-Type": "text/html" } })],
    ["a bad header", (Class) => new Class("x", { headers: { "a b": "1" } })],
    ["JSON", (Class) => Class.json({ a: [1, "ü"] }, { status: 201, headers: { "x-a": "1" } })],
    [
      "JSON with its own type",
      (Class) => Class.json(null, { headers: { "content-type": "application/ld+json" } }),
    ],
    ["JSON of nothing", (Class) => Class.json(undefined)],
    ["JSON of a cycle", (Class) => Class.json(cycle())],
    ["JSON with 204", (Class) => Class.json({}, { status: 204 })],
    ["a redirect", (Class) => Class.redirect("https://a.test/ü")],
    ["a permanent redirect", (Class) => Class.redirect("https://a.test/", 308)],
    ["a redirect with another status", (Class) => Class.redirect("https://a.test/", 200)],
    ["a redirect to nowhere", (Class) => Class.redirect("not a url")],
    ["an error", (Class) => Class.error()],
    ["a clone", (Class) => new Class("x", { status: 202, headers: { "x-a": "1" } }).clone()],
  ])("made from %s is what it is in Node", async ([, make]) => {
    expect(await describeResponse(() => make(GuestResponse as never))).toEqual(
      await describeResponse(() => make(Response as never)),
    );
  });

  test("reads its body once, in every form", async () => {
    const text = '{"a":"ü"}';
    const bytes = new TextEncoder().encode(text);
    expect(await new GuestResponse(text).bytes()).toEqual(bytes);
    expect(new Uint8Array(await new GuestResponse(text).arrayBuffer())).toEqual(bytes);
    expect(new Uint8Array(await new GuestResponse(bytes).arrayBuffer())).toEqual(bytes);
    expect(await new GuestResponse(bytes).json()).toEqual({ a: "ü" });
    const response = new GuestResponse(text);
    await response.text();
    await expect(response.json()).rejects.toThrow(/already read/);
    await expect(new GuestResponse("no json").json()).rejects.toThrow(SyntaxError);
  });

  test("reads a body that comes in chunks", async () => {
    const chunks = ["a", new TextEncoder().encode("ü"), new TextEncoder().encode("z").buffer];
    async function* give(): AsyncGenerator {
      yield* chunks;
    }
    const response = new GuestResponse(give());
    expect(response.headers.get("content-type")).toBeNull();
    expect(() => response.clone()).toThrow(/cannot be cloned/);
    expect(await response.text()).toBe("aüz");
    expect(response.bodyUsed).toBe(true);
    await expect(response.text()).rejects.toThrow(/already read/);
    expect([...(await new GuestResponse(GuestStream.from(chunks)).bytes())]).toEqual([97, 195, 188, 122]);
    await expect(new GuestResponse(GuestStream.from([1])).text()).rejects.toThrow(/chunk .* text or bytes/);
    const locked = GuestStream.from(["a"]);
    locked.getReader();
    await expect(new GuestResponse(new GuestResponse("x").body).text()).resolves.toBe("x");
    expect(() => new GuestResponse(locked)).toThrow(/being read/);
  });

  test("keeps the bytes it was made with", async () => {
    const bytes = Uint8Array.of(1, 2);
    const response = new GuestResponse(bytes);
    bytes.fill(9);
    expect(await response.bytes()).toEqual(Uint8Array.of(1, 2));
  });

  test("a received response tells where it came from, and its headers stay as they are", async () => {
    const response = receiveResponse({
      url: "https://a.test/end",
      status: 204,
      statusText: "No Content",
      headers: [["x-a", "1"]],
      redirected: true,
      body: new Uint8Array(0),
    });
    expect(response).toMatchObject({
      url: "https://a.test/end",
      redirected: true,
      ok: true,
      body: null,
      type: "basic",
    });
    expect(() => response.headers.set("x-a", "2")).toThrow(TypeError);
    expect(await response.text()).toBe("");
  });
});

async function describeResponse(make: () => AnyResponse): Promise<unknown> {
  try {
    const response = make();
    const { status, statusText, ok, type, url, redirected } = response;
    const hasBody = response.body !== null;
    const bytes = [...new Uint8Array(await response.clone().arrayBuffer())];
    const text = await response.text();
    return {
      status,
      statusText,
      ok,
      type,
      url,
      redirected,
      hasBody,
      bytes,
      text,
      headers: [...response.headers],
    };
  } catch (error) {
    return (error as Error).name;
  }
}

function cycle(): object {
  const value: Record<string, unknown> = {};
  value["self"] = value;
  return value;
}
