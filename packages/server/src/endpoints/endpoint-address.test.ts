import { describe, expect, test } from "vitest";
import { locateSite } from "../rest/site-address.ts";
import { endpointRootOf, endpointUrlOf, readHostAddress, readRunAddress } from "./endpoint-address.ts";

const SITE = { baseDomain: "run.example.com" };

test.each([
  ["http://h/run/acme/a/b%2Fc?x=/run/b", { tenantId: "acme", path: "/a/b%2Fc" }],
  ["http://h/run/acme/", { tenantId: "acme", path: "/" }],
  ["http://h/run/acme", { tenantId: "acme", path: "/" }],
  ["http://h/runs/acme", undefined],
  ["http://h/x/run/acme", undefined],
  ["http://h", undefined],
])("readRunAddress: %s", (url, address) => {
  expect(readRunAddress(url)).toEqual(address);
});

describe("readHostAddress", () => {
  test.each([
    ["http://acme.run.example.com/a/b%2Fc?x=1", { tenantId: "acme", path: "/a/b%2Fc" }],
    ["http://acme.run.example.com:8080/run/other/x", { tenantId: "acme", path: "/run/other/x" }],
    ["https://ACME.Run.Example.com./", { tenantId: "acme", path: "/" }],
    ["http://acme.run.example.com.:80", { tenantId: "acme", path: "/" }],
    // Labels that are no tenant's id lead to no tenant, and to nothing else either.
    ["http://_a.run.example.com/api/v1/scripts", { tenantId: "_a", path: "/api/v1/scripts" }],
    ["http://.run.example.com/", { tenantId: "", path: "/" }],
  ])("takes %s", (url, address) => {
    expect(readHostAddress(SITE, url)).toEqual(address);
  });

  test.each([
    "http://run.example.com/acme.run.example.com",
    "http://a.acme.run.example.com/",
    "http://acmerun.example.com/",
    "http://acme.run.example.com.evil.example/",
    "http://acme.run.example.co/",
    "http://127.0.0.1:3000/",
    "http://[::1]:3000/",
    "http://localhost/",
  ])("leaves %s to the platform", (url) => {
    expect(readHostAddress(SITE, url)).toBeUndefined();
  });

  test("finds no tenant in any host where there is no base domain", () => {
    expect(readHostAddress({ baseDomain: undefined }, "http://acme.undefined/")).toBeUndefined();
  });
});

test("addresses are at the tenant's host where it can have one, with the scheme and port of the platform", () => {
  const baseUrl = "http://localhost:3000/skerry";
  const hosts = locateSite({ baseUrl, basePath: "/skerry", baseDomain: "localhost" });
  expect(endpointUrlOf(endpointRootOf(hosts, "acme"), "/orders/:id")).toBe(
    "http://acme.localhost:3000/orders/:id",
  );
  expect(endpointUrlOf(endpointRootOf(hosts, "acme"), "/")).toBe("http://acme.localhost:3000");
  for (const id of ["xn--a", "acme-"]) expect(endpointRootOf(hosts, id)).toBe(`${baseUrl}/run/${id}`);
  expect(endpointRootOf(locateSite({ basePath: "/skerry" }), "acme")).toBe("/skerry/run/acme");
  expect(endpointRootOf(locateSite({}), "acme", "http://node:3000")).toBe("http://node:3000/run/acme");
});
