import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readGuestResponse } from "./response.ts";

function read(reply: unknown, body?: Uint8Array) {
  return readGuestResponse({ json: JSON.stringify(reply), body });
}

describe("readGuestResponse", () => {
  test("keeps status, headers and bytes", () => {
    const reply = {
      status: 201,
      headers: [
        ["X-A", "1"],
        ["set-cookie", "a=1"],
        ["set-cookie", "b=2"],
      ],
    };
    const response = read(reply, new TextEncoder().encode("hello"));

    expect(response).toMatchObject({ status: 201, body: new TextEncoder().encode("hello") });
    if (typeof response === "string") throw new Error(response);
    expect(response.headers.get("x-a")).toBe("1");
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  test.each([
    [
      "the connection",
      ["Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Upgrade", "Date"],
    ],
    [
      "the whole origin",
      ["Clear-Site-Data", "NEL", "Report-To", "Reporting-Endpoints", "Strict-Transport-Security", "Alt-Svc"],
    ],
    [
      "what browsers know of the origin",
      ["Accept-CH", "Critical-CH", "Origin-Agent-Cluster", "Set-Login", "Service-Worker-Allowed"],
    ],
    ["sessions of the origin", ["Sec-Session-Registration", "Secure-Session-Registration"]],
    [
      "how answers of the origin are packed and certified",
      ["Use-As-Dictionary", "Expect-CT", "Public-Key-Pins"],
    ],
    [
      "what the origin's visitors came from",
      ["Attribution-Reporting-Register-Source", "Attribution-Reporting-Register-Trigger"],
    ],
    ["the proxy before the platform", ["X-Accel-Redirect", "X-Sendfile", "X-Lighttpd-Send-File"]],
    ["another proxy before it", ["X-Sendfile2", "X-Reproxy-URL", "X-LiteSpeed-Location"]],
  ])("drops headers about %s", (_what, names) => {
    const headers = [...names.map((name) => [name, "1"]), ["www-authenticate", "Basic"]];
    const response = read({ status: 200, headers });

    if (typeof response === "string") throw new Error(response);
    expect([...response.headers.keys()]).toEqual(["content-security-policy", "www-authenticate"]);
  });

  test("adds its own policy to the script's", () => {
    const response = read({
      status: 200,
      headers: [["content-security-policy", "sandbox allow-same-origin"]],
    });

    if (typeof response === "string") throw new Error(response);
    expect(response.headers.get("content-security-policy")).toMatch(
      /allow-same-origin, sandbox (?!.*allow-same-origin)/,
    );
  });

  test("keeps cookies with the host that answers: tenants share the domain above it", () => {
    const headers = [
      ["Set-Cookie", "a=1; Domain=example.com; Path=/"],
      ["set-cookie", "b=2;  DOMAIN = .example.com;Secure;domain"],
      ["set-cookie", "domain=3; HttpOnly"],
    ];
    const response = read({ status: 200, headers });

    if (typeof response === "string") throw new Error(response);
    expect(response.headers.getSetCookie()).toEqual(["a=1; Path=/", "b=2;Secure", "domain=3; HttpOnly"]);
  });

  test("gives bodiless statuses no body", () => {
    expect(read({ status: 204, headers: [] }, new Uint8Array(3))).toMatchObject({ body: null });
  });

  test.each([
    ["an information status", { status: 101, headers: [] }],
    ["an unknown status", { status: 600, headers: [] }],
    ["half a status", { status: 200.5, headers: [] }],
    ["a text for a status", { status: "200", headers: [] }],
    ["no headers", { status: 200 }],
    ["headers that are no pairs", { status: 200, headers: [["a"]] }],
    ["a header that is no text", { status: 200, headers: [["a", 1]] }],
    ["a name with a space", { status: 200, headers: [["a b", "1"]] }],
    ["an empty name", { status: 200, headers: [["", "1"]] }],
    ["a split header", { status: 200, headers: [["a", "1\r\nset-cookie: b"]] }],
    ["a NUL in a header", { status: 200, headers: [["a", "1\0"]] }],
    ["too many headers", { status: 200, headers: Array.from({ length: 201 }, () => ["a", "1"]) }],
    ["headers too large", { status: 200, headers: [["a", "x".repeat(40_000)]] }],
    ["null", null],
    ["a list", []],
  ])("refuses %s", (_name, reply) => {
    expect(read(reply)).toBeTypeOf("string");
  });

  test("refuses what is no JSON or too deep, and never throws", () => {
    expect(readGuestResponse({ json: "{" })).toBeTypeOf("string");
    expect(readGuestResponse({ json: "[".repeat(1_000_000) })).toBeTypeOf("string");
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.tuple(fc.string(), fc.string())), (status, headers) => {
        read(status);
        read({ status: 200, headers });
        read({ status, headers: status });
      }),
    );
  });
});
