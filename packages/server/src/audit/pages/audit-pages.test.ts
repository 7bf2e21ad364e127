import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createVisitors } from "../../../test/browser/visitors.ts";
import type { Visitor, Visitors } from "../../../test/browser/visitors.ts";
import { createTestDatabase, forge } from "../../../test/database.ts";
import type { TestDatabase } from "../../../test/database.ts";
import { createTestPlatform } from "../../../test/platform.ts";
import type { TestPlatform } from "../../../test/platform.ts";
import { actAsHost } from "../../auth/host.ts";
import { withTenant } from "../../db/tenant-scope.ts";
import { recordChange } from "../recorder.ts";

/** More than one page of the export, and of the list. */
const RECORDS = 230;
const FORMULA = '=HYPERLINK("https://evil.example")';

let stored: TestDatabase;
let skerry: TestPlatform;
let visitors: Visitors;

beforeAll(async () => {
  stored = await createTestDatabase();
  skerry = await createTestPlatform({ database: stored.database });
  visitors = await createVisitors(skerry);
  const actor = { tenantId: "acme", principal: actAsHost({ tenant: "acme", user: "=1+1" }), origin: {} };
  await withTenant(stored.database, "acme", async (queries) => {
    for (let number = 1; number <= RECORDS; number += 1) {
      const target = { type: "script", id: `script-${number}`, name: FORMULA };
      await recordChange(queries, actor, {
        action: "script.published",
        target,
        after: { note: '"a",\r\nb' },
      });
    }
  });
});
afterAll(async () => {
  await skerry[Symbol.asyncDispose]();
  await stored[Symbol.asyncDispose]();
});

async function show(path: string, visitor: Visitor = "admin"): Promise<{ status: number; text: string }> {
  const answer = await visitors.ask(visitor, path);
  return { status: answer.status, text: await answer.text() };
}

describe("an export", () => {
  test("holds every record once, newest first, over more than one page", async () => {
    const { text } = await show("/t/acme/audit/export?format=ndjson");
    const seqs = text
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { seq: number }).seq);
    expect(seqs.length).toBeGreaterThan(RECORDS);
    expect(seqs).toEqual(Array.from(seqs, (_, index) => seqs.length - index));
  });

  test("as CSV quotes what needs it, and is no formula to a spreadsheet", async () => {
    const { text } = await show("/t/acme/audit/export?format=csv&action=script.published");
    expect(text.match(/^\d+,/gm)).toHaveLength(RECORDS);
    expect(text).toContain(`"'=HYPERLINK(""https://evil.example"")"`);
    expect(text).toContain(String.raw`"{""note"":""\""a\"",\r\nb""}"`);
    expect(text).not.toMatch(/(^|,)"?[=+@]/m);
  });
});

test("filters narrow the list and its export, and pages of the list follow each other", async () => {
  const chosen = await show("/t/acme/audit?target=script-7");
  expect(chosen.text.match(/script\.published<\/td>/g)).toHaveLength(1);
  const none = await show("/t/acme/audit?until=2020-01-01");
  expect(none.text).not.toContain("</td>");
  const day = new Date().toISOString().slice(0, 10);
  const narrowed = await show(`/t/acme/audit/export?format=ndjson&target=script-7&since=${day}`);
  expect(narrowed.text.trim().split("\n")).toHaveLength(1);

  const first = await show("/t/acme/audit?action=script.published");
  const next = /href="(\/t\/acme\/audit\?[^"]*cursor=[^"]*)"/.exec(first.text)?.[1] ?? "";
  const second = await show(next.replaceAll("&amp;", "&"));
  const numbers = [first, second].flatMap(({ text }) => text.match(/title="script-\d+"/g) ?? []);
  expect(numbers).toHaveLength(100);
  expect(new Set(numbers).size).toBe(100);
});

test.each(["since=yesterday", "cursor=x", "limit=100000"])("%s is not understood", async (query) => {
  expect((await show(`/t/acme/audit?${query}`)).status).toBe(422);
});

test("nobody reads what is another tenant's, nor the installation's", async () => {
  for (const part of ["", "/export?format=csv", "/verification"]) {
    expect((await show(`/t/acme/audit${part}`, "stranger")).status).toBe(404);
    expect((await show(`/operator/audit${part}`)).status).toBe(403);
  }
});

test("the mark tells whether the chain holds", async () => {
  expect((await show("/t/acme/audit/verification")).text).toMatch(/Verified: all \d+ records hold/);
  await forge(stored, "update skerry.audit_log set actor = 'nobody' where tenant_id = 'acme' and seq = 40");
  expect((await show("/t/acme/audit/verification")).text).toContain("Broken at record 40: ");
});
