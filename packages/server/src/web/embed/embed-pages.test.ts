import { pino } from "pino";
import { expect, test } from "vitest";
import { createEmbedPages } from "./embed-pages.tsx";
import { requireEmbedOrigins } from "./origins.ts";

const ORIGINS = ["https://app.example.com", "https://*.example.org"];

async function ask(path: string, origins: readonly string[] = ORIGINS): Promise<Response> {
  const app = createEmbedPages({
    assets: { url: (name) => `/assets/${name}` },
    logger: pino({ level: "silent" }),
    origins,
    site: { basePath: "" },
  });
  return await app.request(`http://skerry.test${path}`);
}

test("the shell can be embedded by the named origins, and looks as they ask", async () => {
  const answer = await ask("/embed/t/acme/scripts/report?theme=dark&language=ru");
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-security-policy")).toMatch(
    / frame-ancestors https:\/\/app\.example\.com https:\/\/\*\.example\.org$/,
  );
  const text = await answer.text();
  expect(text).toMatch(/^<!doctype html><html lang="ru" data-theme="dark"/);
  expect(text).toContain('data-frame-ancestors="https://app.example.com https://*.example.org"');
});

test("where nobody may embed it there is no such page", async () => {
  expect((await ask("/embed/t/acme/scripts/report", [])).status).toBe(404);
});

test.each([
  ["/embed/t/ACME!/scripts/report", 404],
  ["/embed/t/acme/scripts/%3Cscript%3E", 404],
  ["/embed/t/acme/scripts/report?theme=%22%3E", 422],
  ["/embed/t/acme/scripts/report?language=xx", 422],
])("%s answers %i", async (path, status) => {
  expect((await ask(path)).status).toBe(status);
});

test.each([
  "https://a.example;script-src",
  "*",
  "https://a.example; script-src *",
  "https://a.example/page",
  "a.example",
])("%j is no origin", (origin) => {
  expect(() => requireEmbedOrigins({ origins: [origin] })).toThrow(origin);
});
