import { loadModule } from "libpg-query";
import { expect, test } from "vitest";
import { describeInput, describeReply } from "./capability-attributes.ts";

test("a statement is told without its values", async () => {
  await loadModule();
  const sql = "select name from guests where room = 'suite 12' and nights > 3 and paid = $1 limit 10";
  const told = describeReply("db.query", { sql, params: ["secret"] }, { value: [] });
  expect(told).toEqual({
    "db.query.text": "select name from guests where room = $2 and nights > $3 and paid = $1 limit $4",
  });
  expect(describeReply("db.query", { sql: "no 'sql'" }, { value: [] })).toEqual({});
  expect(describeInput("db.insert", { table: "guests", rows: [{ name: "Ada" }] })).toEqual({
    "db.system.name": "postgresql",
    "db.operation.name": "INSERT",
    "db.collection.name": "guests",
  });
});

test("megabytes that a guest calls a host are not kept in a span", () => {
  const method = { "http.request.method": "GET" };
  for (const length of [254, 8_192, 4_000_000]) {
    const url = `http://${"a".repeat(length)}`;
    expect(describeInput("http.request", { method: "GET", url })).toEqual(method);
  }
});

test("a request is told without its path, query, headers and body", () => {
  const url = "https://user:password@api.example:8443/guests/ada?key=secret#part";
  const input = { method: "POST", url, headers: [["x-key", "secret"]], auth: { bearer: "secret" } };
  expect(describeInput("http.request", input)).toEqual({
    "http.request.method": "POST",
    "server.address": "api.example",
    "server.port": 8443,
  });
  expect(describeInput("http.request", { method: "GET", url: "nowhere" })).toEqual({
    "http.request.method": "GET",
  });
  expect(describeInput("cache.set", { key: "secret" })).toEqual({});
});
