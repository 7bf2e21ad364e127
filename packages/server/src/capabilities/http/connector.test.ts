import { Agent, buildConnector } from "undici";
import type { Dispatcher } from "undici";
import { describe, expect, test } from "vitest";
import { serveDns } from "../../../test/http/dns-server.ts";
import { serveHttp, watchConnects } from "../../../test/http/servers.ts";
import { createConnector } from "./connector.ts";
import type { ConnectorOptions } from "./connector.ts";
import { createDnsLookup } from "./lookup.ts";

const DIAL_MS = 2_000;

/** No test can have a server on a public address: here loopback plays one, and everything else is refused. */
const PUBLIC_STAND_IN = "127.0.0.1";

function createOptions(options: Partial<ConnectorOptions>): ConnectorOptions {
  return {
    lookup: async () => [PUBLIC_STAND_IN],
    isAddressAllowed: (address) => address === PUBLIC_STAND_IN,
    dial: buildConnector({ timeout: DIAL_MS, allowH2: false }),
    ...options,
  };
}

function createAgent(options: Partial<ConnectorOptions>) {
  const agent = new Agent({ connect: createConnector(createOptions(options)) });
  return {
    get: (url: string) => readText(agent, url),
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}

async function readText(agent: Dispatcher, url: string): Promise<string> {
  const { origin, pathname } = new URL(url);
  const { body } = await agent.request({ origin, path: pathname, method: "GET", reset: true });
  return body.text();
}

describe("names that change their address", () => {
  test("the address that was checked is the one dialled, and every new connection is checked again", async () => {
    const answers = [[PUBLIC_STAND_IN], ["10.0.0.1"]];
    const asked: string[] = [];
    await using dns = await serveDns((name) => {
      asked.push(name);
      return answers[Math.min(asked.length, answers.length) - 1] ?? [];
    });
    await using server = await serveHttp((_request, response) => response.end("public"));
    await using agent = createAgent({ lookup: createDnsLookup({ servers: [dns.address] }) });
    const url = `http://rebind.test:${server.port}/`;

    expect(await agent.get(url)).toBe("public");
    expect(asked).toEqual(["rebind.test"]);
    using connects = watchConnects();
    await expect(agent.get(url)).rejects.toMatchObject({ code: "HTTP_DESTINATION_REFUSED" });
    expect(connects.count()).toBe(0);
  });

  test("one refused address among several refuses the host", async () => {
    await using dns = await serveDns(() => [PUBLIC_STAND_IN, "169.254.169.254"]);
    await using agent = createAgent({ lookup: createDnsLookup({ servers: [dns.address] }) });
    using connects = watchConnects();
    await expect(agent.get("http://mixed.test/")).rejects.toMatchObject({ code: "HTTP_DESTINATION_REFUSED" });
    expect(connects.count()).toBe(0);
  });

  test("an alias is judged by the addresses at its end", async () => {
    await using dns = await serveDns((name) => ({
      alias: "end.example.net",
      addresses: name.startsWith("good") ? [PUBLIC_STAND_IN] : [PUBLIC_STAND_IN, "10.0.0.1"],
    }));
    await using server = await serveHttp((_request, response) => response.end("public"));
    await using agent = createAgent({ lookup: createDnsLookup({ servers: [dns.address] }) });
    expect(await agent.get(`http://good.test:${server.port}/`)).toBe("public");
    using connects = watchConnects();
    await expect(agent.get(`http://bad.test:${server.port}/`)).rejects.toMatchObject({
      code: "HTTP_DESTINATION_REFUSED",
    });
    expect(connects.count()).toBe(0);
  });

  test("a name without an address, and a lookup that fails, are HTTP_DNS", async () => {
    await using dns = await serveDns(() => []);
    await using empty = createAgent({ lookup: createDnsLookup({ servers: [dns.address] }) });
    await using failing = createAgent({ lookup: () => Promise.reject(new Error("at 10.1.2.3")) });
    const expected = { code: "HTTP_DNS", message: "none.test has no address." };
    await expect(empty.get("http://none.test/")).rejects.toMatchObject(expected);
    await expect(failing.get("http://none.test/")).rejects.toMatchObject(expected);
  });
});

test("a literal is judged like a resolved address, though undici looks nothing up for it", async () => {
  await using agent = createAgent({ isAddressAllowed: () => false });
  using connects = watchConnects();
  for (const url of ["http://127.0.0.1:8080/", "http://[::1]:8080/"]) {
    await expect(agent.get(url)).rejects.toMatchObject({ code: "HTTP_DESTINATION_REFUSED" });
  }
  expect(connects.count()).toBe(0);
});

test("a socket that ended up at another address is broken before a byte is sent", async () => {
  let requests = 0;
  await using server = await serveHttp((_request, response) => {
    requests += 1;
    response.end();
  });
  const dial = buildConnector({ timeout: DIAL_MS, allowH2: false });
  await using agent = createAgent({
    lookup: async () => ["93.184.215.14"],
    isAddressAllowed: (address) => address === "93.184.215.14",
    // As a translating router or a tampered dialler would.
    dial: (target, callback) => dial({ ...target, hostname: "127.0.0.1" }, callback),
  });
  await expect(agent.get(`http://detour.test:${server.port}/`)).rejects.toMatchObject({
    code: "HTTP_DESTINATION_REFUSED",
  });
  expect(server.connections()).toBe(1);
  expect(requests).toBe(0);
});

test("an allowed address is not as good as the one that was checked", async () => {
  let requests = 0;
  await using server = await serveHttp((_request, response) => {
    requests += 1;
    response.end();
  });
  const dial = buildConnector({ timeout: DIAL_MS, allowH2: false });
  await using agent = createAgent({
    lookup: async () => ["::ffff:127.0.0.2"],
    isAddressAllowed: () => true,
    dial: (target, callback) => dial({ ...target, hostname: "127.0.0.1" }, callback),
  });
  await expect(agent.get(`http://detour.test:${server.port}/`)).rejects.toMatchObject({
    code: "HTTP_DESTINATION_REFUSED",
  });
  expect(requests).toBe(0);
  await using mapped = createAgent({
    lookup: async () => ["::ffff:127.0.0.1"],
    isAddressAllowed: () => true,
  });
  await mapped.get(`http://mapped.test:${server.port}/`);
  expect(requests).toBe(1);
});

test("the next address is tried when one does not answer", async () => {
  await using server = await serveHttp((_request, response) => response.end("second"));
  await using agent = createAgent({
    lookup: async () => ["127.0.0.1", "127.0.0.1"],
    dial: refuseFirst(buildConnector({ timeout: DIAL_MS, allowH2: false })),
  });
  expect(await agent.get(`http://two.test:${server.port}/`)).toBe("second");
});

/** Sends the first attempt to a port that nobody listens on. */
function refuseFirst(dial: buildConnector.connector): buildConnector.connector {
  let attempts = 0;
  return (target, callback) => {
    attempts += 1;
    dial(attempts === 1 ? { ...target, port: "1" } : target, callback);
  };
}
