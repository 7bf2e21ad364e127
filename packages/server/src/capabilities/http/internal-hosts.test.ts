import { describe, expect, test } from "vitest";
import { callHttp } from "../../../test/http/call.ts";
import { serveHttp, watchConnects } from "../../../test/http/servers.ts";
import type { HostLists } from "../../plans/host-lists.ts";
import { createHttpCapability } from "./capability.ts";
import { allowInternalHosts } from "./internal-hosts.ts";

describe("internal hosts", () => {
  test("are dialled at their address, at their port, for their tenants", async () => {
    await using server = await serveHttp((request, response) => response.end(request.headers.host));
    const { port } = server;
    const asked: string[] = [];
    await using capability = createHttpCapability({
      allow: allowInternalHosts([
        { name: "billing.internal", address: "127.0.0.1", port, tenants: ["acme"] },
        // The same name at another port is another machine.
        { name: "billing.internal", address: "127.0.0.2", port: port + 1, tenants: ["acme"] },
      ]),
      lookup: async (name) => {
        asked.push(name);
        return ["127.0.0.1"];
      },
    });
    const url = `http://billing.internal:${port}/`;
    expect((await callHttp(capability, { url })).text).toBe(`billing.internal:${port}`);
    expect(asked).toEqual([]);

    using connects = watchConnects();
    for (const [refused, tenant] of [
      [url, "other"],
      ["http://billing.internal/", "acme"],
      [`http://127.0.0.1:${port}/`, "acme"],
      [`http://sub.billing.internal:${port}/`, "acme"],
    ]) {
      const request = callHttp(capability, { url: refused }, { tenant: tenant ?? "" });
      await expect(request).rejects.toMatchObject({ code: "HTTP_DESTINATION_REFUSED" });
    }
    expect(connects.count()).toBe(0);
  });

  test.each([
    { name: "*.internal", port: 1 },
    { name: "Billing.internal", port: 1 },
    { name: "billing.internal.", port: 1 },
    { name: "billing.internal:80", port: 1 },
    { name: "0x7f.1", port: 1 },
    { name: "a.internal", port: 0 },
    { name: "a.internal", port: 1, address: "billing" },
    { name: "a.internal" },
  ])("%j is refused at the start", (host) => {
    expect(() => allowInternalHosts([host as never])).toThrow("internal hosts");
  });
});

describe("a plan's lists", () => {
  test.each<[HostLists, string, boolean]>([
    [{ allow: ["api.test"], deny: [] }, "api.test", true],
    [{ allow: ["api.test"], deny: [] }, "API.TEST", true],
    [{ allow: ["api.test"], deny: [] }, "api.test.evil.com", false],
    [{ allow: ["api.test"], deny: [] }, "evil-api.test", false],
    [{ allow: ["api.test"], deny: [] }, "a.api.test", false],
    [{ allow: ["*.api.test"], deny: [] }, "a.b.api.test", true],
    [{ allow: ["*.api.test"], deny: [] }, "api.test", false],
    [{ allow: ["*.api.test"], deny: [] }, "93.184.215.14", false],
    [{ allow: [], deny: [] }, "api.test", false],
    [{ allow: null, deny: ["*.evil.test"] }, "api.test", true],
    [{ allow: null, deny: ["*.evil.test"] }, "a.evil.test", false],
    [{ allow: ["*.test"], deny: ["evil.test"] }, "evil.test", false],
    // Named by the host for the tenant: `allow` does not matter, `deny` does.
    [{ allow: [], deny: [] }, "billing.internal", true],
    [{ allow: null, deny: ["billing.internal"] }, "billing.internal", false],
  ])("%j, %s: %s", async (lists, host, passes) => {
    const asked: string[] = [];
    await using capability = createHttpCapability({
      allow: () => [{ host: "billing.internal" }],
      listsOf: async () => lists,
      // Nothing is sent anywhere: names have no address.
      lookup: async (name) => {
        asked.push(name);
        return [];
      },
    });
    const request = callHttp(capability, { url: `https://${host}/` });
    await expect(request).rejects.toMatchObject({ code: passes ? "HTTP_DNS" : "HTTP_DESTINATION_REFUSED" });
    expect(asked).toHaveLength(passes ? 1 : 0);
  });

  test("hold for every redirect", async () => {
    await using server = await serveHttp((_request, response) => {
      response.writeHead(302, { location: `http://two.test:${server.port}/` }).end();
    });
    await using capability = createHttpCapability({
      allow: () => ["one.test", "two.test"].map((host) => ({ host, port: server.port })),
      listsOf: async () => ({ allow: null, deny: ["two.test"] }),
      lookup: async () => ["127.0.0.1"],
    });
    await expect(callHttp(capability, { url: `http://one.test:${server.port}/` })).rejects.toMatchObject({
      code: "HTTP_DESTINATION_REFUSED",
    });
    expect(server.connections()).toBe(1);
  });
});
