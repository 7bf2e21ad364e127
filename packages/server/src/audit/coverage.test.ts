import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";
import { insertDeadLetter, listDeadLetters } from "../events/dead-letter-repository.ts";
import { API_ROUTES } from "../rest/api.ts";

/** Writes that change nothing of the tenant's or the installation's own: what they do is in the history. */
const UNAUDITED: ReadonlySet<string> = new Set([
  "scripts.execute",
  "scripts.call",
  "expressions.evaluate",
  "schedules.preview",
  "executions.cancel",
  "executions.replay",
  "events.publish",
]);

interface Step {
  readonly operation: string;
  /** Names, in braces, stand for ids of what the earlier steps made. */
  readonly path: string;
  readonly body?: unknown;
  /** The name under which the made thing's id is kept. */
  readonly makes?: string;
  /** Who asks: the tenant's first key unless told. */
  readonly by?: "operator" | "user";
}

const SOURCE = "export default () => 1;";
const LIBRARY = "export const rate = 1;";
const IMPORTER = 'import { rate } from "@tenant/lib"; export default () => rate;';
const PERSON = { name: "Ada", password: "a long password" };
const ADA = { ...PERSON, email: "ada@example.com", role: "admin" };
const GRACE = { ...PERSON, email: "grace@example.com", role: "developer" };
const ROOT = { ...PERSON, email: "root@example.com" };
const DOCUMENT = { format: 1, tenant: { id: "x", name: "x" }, scripts: [], secrets: [] };

/** The life of a tenant in the order of its steps: every operation of the API that writes. */
const STEPS: readonly Step[] = [
  { operation: "tenants.create", path: "/tenants", body: { id: "life", name: "Life" }, by: "operator" },
  { operation: "tenants.update", path: "/tenants/acme", body: { name: "Acme" }, by: "operator" },
  { operation: "apiKeys.create", path: "/api-keys", body: { name: "second" }, makes: "key" },
  { operation: "apiKeys.revoke", path: "/api-keys/{key}" },
  { operation: "users.create", path: "/users", body: ADA, makes: "ada" },
  { operation: "users.create", path: "/users", body: GRACE, makes: "grace" },
  { operation: "users.update", path: "/users/{grace}", body: { role: "viewer" } },
  { operation: "users.createSignInLink", path: "/users/{grace}/sign-in-link" },
  { operation: "users.delete", path: "/users/{grace}" },
  { operation: "operators.create", path: "/operators", body: ROOT, makes: "root", by: "operator" },
  { operation: "operators.update", path: "/operators/{root}", body: { name: "Root" }, by: "operator" },
  { operation: "operators.createSignInLink", path: "/operators/{root}/sign-in-link", by: "operator" },
  { operation: "operators.delete", path: "/operators/{root}", by: "operator" },
  {
    operation: "session.start",
    path: "/session",
    body: { tenant: "acme", email: ADA.email, password: ADA.password },
    makes: "token",
  },
  { operation: "session.end", path: "/session", by: "user" },
  { operation: "scripts.create", path: "/scripts", body: { name: "one", type: "oneoff", source: SOURCE } },
  { operation: "scripts.update", path: "/scripts/one", body: { baseVersion: 1, description: "First" } },
  { operation: "scripts.saveDraft", path: "/scripts/one/draft", body: { source: `${SOURCE} // 2` } },
  { operation: "scripts.publish", path: "/scripts/one/publish", body: {} },
  { operation: "scripts.saveDraft", path: "/scripts/one/draft", body: { source: `${SOURCE} // 3` } },
  { operation: "scripts.deleteDraft", path: "/scripts/one/draft" },
  { operation: "scripts.publish", path: "/scripts/one/publish", body: { version: 1 } },
  { operation: "scripts.delete", path: "/scripts/one" },
  { operation: "scripts.create", path: "/scripts", body: { name: "lib", type: "library", source: LIBRARY } },
  { operation: "scripts.create", path: "/scripts", body: { name: "two", type: "oneoff", source: IMPORTER } },
  { operation: "scripts.update", path: "/scripts/lib", body: { source: `${LIBRARY} // 2` } },
  { operation: "scripts.republish", path: "/scripts/two/republish" },
  { operation: "scripts.update", path: "/scripts/lib", body: { source: `${LIBRARY} // 3` } },
  { operation: "scripts.republishDependants", path: "/scripts/lib/republish-dependants" },
  { operation: "deadLetters.replay", path: "/dead-letters/{firstLetter}/replay", body: {} },
  { operation: "deadLetters.delete", path: "/dead-letters/{secondLetter}" },
  { operation: "deadLetters.replayAll", path: "/dead-letters/replay", body: { filter: {} } },
  { operation: "transfer.import", path: "/import", body: { document: DOCUMENT, mode: "replace" } },
  {
    operation: "transfer.push",
    path: "/push",
    body: {
      scripts: [{ name: "pushed", type: "oneoff", language: "js", source: SOURCE, baseRevision: null }],
    },
  },
  { operation: "secrets.set", path: "/secrets/NAME", body: { value: "a value" } },
  { operation: "secrets.delete", path: "/secrets/NAME" },
  {
    operation: "tables.declare",
    path: "/tables/notes",
    body: { columns: [{ name: "id", type: "text" }], primaryKey: ["id"] },
  },
  { operation: "tables.delete", path: "/tables/notes" },
  { operation: "tenants.delete", path: "/tenants/life", by: "operator" },
];

let skerry: TestPlatform;
let acme: TestClient;
const made = new Map<string, string>();

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
  await makeDeadLetters();
});

afterAll(() => skerry[Symbol.asyncDispose]());

describe("every operation that writes", () => {
  test("has a step below, or a reason to have none", () => {
    const writes = API_ROUTES.filter(({ method }) => method !== "GET").map(({ operation }) => operation);
    const known = new Set([...UNAUDITED, ...STEPS.map(({ operation }) => operation)]);
    expect(writes.filter((operation) => !known.has(operation))).toEqual([]);
  });

  test.each(STEPS)("$operation $path leaves one record", async (step) => {
    const before = await countRecords();
    const { method } = API_ROUTES.find(({ operation }) => operation === step.operation) ?? {};
    const path = step.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => made.get(name) ?? "");
    const answer = await clientOf(step).request<Answer>(method ?? "", `/api/v1${path}`, step.body);
    if (answer.status >= 300) throw new Error(answer.text);
    if (step.makes !== undefined) made.set(step.makes, idOf(answer.body));
    expect(await countRecords()).toBe(before + 1);
  });
});

/** Two events that a script failed to handle. */
async function makeDeadLetters(): Promise<void> {
  const settings = { events: ["order.created"] };
  const script = { name: "failing", type: "event", source: SOURCE, settings };
  const { body } = await acme.request("POST", "/api/v1/scripts", script);
  const event = { eventId: "1", type: "order.created", payload: null, triggerFields: {}, attempts: [] };
  const letter = { tenantId: "acme", scriptId: body.id, ...event };
  await insertDeadLetter(skerry.database.kysely, letter);
  await insertDeadLetter(skerry.database.kysely, letter);
  const letters = await listDeadLetters(skerry.database.kysely, "acme", { limit: 2 });
  made.set("firstLetter", letters[0]?.id ?? "");
  made.set("secondLetter", letters[1]?.id ?? "");
}

interface Answer {
  readonly id?: string;
  readonly token?: string;
  readonly apiKey?: { readonly id: string };
}

function idOf({ id, token, apiKey }: Answer): string {
  return token ?? apiKey?.id ?? id ?? "";
}

function clientOf({ by }: Step): TestClient {
  if (by === "operator") return skerry.operator;
  return by === "user" ? skerry.client(made.get("token")) : acme;
}

async function countRecords(): Promise<number> {
  const { count } = await skerry.database.kysely
    .selectFrom("audit_log")
    .select((row) => row.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return count;
}
