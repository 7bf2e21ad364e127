import { expect, test } from "vitest";
import { createTestDatabase } from "../test/database.ts";
import { createSkerry } from "./index.ts";

test("a host runs Skerry in its own process, on its own database, without a port", async () => {
  await using connection = await createTestDatabase();
  const operatorKey = "operator-key-of-the-host";
  await using skerry = await createSkerry({
    databaseUrl: connection.url,
    operatorKey,
    spareRunners: 0,
    logLevel: "silent",
  });
  const request = (key: string): Request =>
    new Request("http://host.example/api/v1/tenants", {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ id: "acme", name: "Acme" }),
    });
  expect((await skerry.fetch(request("a key of somebody else"))).status).toBe(401);
  expect((await skerry.fetch(request(operatorKey))).status).toBe(201);
  await Promise.all([skerry.close(), skerry.close()]);
});
