import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { guestBundle } from "#bundles";
import { createRunnerPool, DEFAULT_LIMITS } from "@skerry/sandbox";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";
import { openScriptTables } from "../../test/script-tables.ts";
import type { ScriptTables } from "../../test/script-tables.ts";
import { createScriptLine } from "../calls/script-line.ts";
import { createEventPublisher } from "../events/publisher.ts";
import { createCapabilities } from "../main/capabilities.ts";
import { CONTEXT_FIELDS } from "./context-fields.ts";
import { createDbCapabilities } from "./db/capability.ts";
import { exposeTable } from "./db/exposed-table.ts";
import { CAPABILITY_NAMESPACES } from "./reference.ts";
import { openScriptEntries } from "./script-entries.ts";

interface Run {
  readonly status: string;
  readonly output: unknown;
  readonly error: { readonly code: string; readonly message: string } | null;
}

let skerry: TestPlatform;
let tenant: TestClient;
/** Of a host with orders. */
let tables: ScriptTables;

beforeAll(async () => {
  const operations = ["select", "insert", "update", "delete"] as const;
  tables = await openScriptTables({
    tables: [exposeTable("orders", { tenantColumn: "tenant_id", operations })],
  });
  skerry = await createTestPlatform();
  tenant = await skerry.createTenant("acme");
});

afterAll(async () => {
  await skerry[Symbol.asyncDispose]();
  await tables[Symbol.asyncDispose]();
});

async function create(name: string, source: string, type = "oneoff"): Promise<void> {
  const { status, text } = await tenant.request("POST", "/api/v1/scripts", { name, type, source });
  if (status !== 201) throw new Error(text);
}

async function run(script: string, input: unknown): Promise<Run> {
  return (await tenant.request<Run>("POST", `/api/v1/scripts/${script}/execute`, { input })).body;
}

test("what is registered is what the table names", async () => {
  const { database, quotas } = skerry;
  await using entries = await openScriptEntries({ database, logger: pino({ level: "silent" }), quotas });
  const { capabilities } = createCapabilities({
    secrets: skerry.vault,
    quotas: skerry.quotas,
    events: createEventPublisher(skerry.database),
    scriptLine: createScriptLine(),
    entries,
    db: createDbCapabilities(tables.scripts),
  });
  const named = CAPABILITY_NAMESPACES.flatMap(({ name, calls }) =>
    Object.keys(calls).map((call) => `${name}.${call}`),
  );
  expect(capabilities.map(({ name }) => name).toSorted()).toEqual(named.toSorted());
});

test("each member says what it calls and how it fails out of its namespace", () => {
  for (const { name, calls, members, errors } of CAPABILITY_NAMESPACES) {
    const made = Object.values(members).flatMap((member) => member.calls);
    expect([name, new Set(made)]).toEqual([name, new Set(Object.keys(calls))]);
    const codes = Object.values(members).flatMap((member) => member.errors);
    expect([name, new Set(codes)]).toEqual([name, new Set(Object.keys(errors))]);
  }
});

test("ctx has what the table names, and nothing else", async () => {
  await create(
    "look",
    `const own = (value) => Object.getOwnPropertyNames(value).sort();
     export default (_, ctx) => Object.fromEntries(own(ctx).map((name) => {
       const value = ctx[name];
       return [name, typeof value === "object" && value !== null ? own(value) : typeof value];
     }));`,
  );
  const { output } = await run("look", null);
  const fields = CONTEXT_FIELDS.map(({ name }) => [name, expect.anything() as unknown]);
  const namespaces = CAPABILITY_NAMESPACES.map(({ name, members }) => {
    const self = members[""];
    if (self === undefined) return [name, Object.keys(members).toSorted()];
    return [name, self.signature.startsWith(":") ? (expect.anything() as unknown) : "function"];
  });
  // What the host adds; here it offers no services.
  expect(output).toEqual({ ...Object.fromEntries([...fields, ...namespaces]), services: [] });
});

describe("examples", () => {
  const examples = CAPABILITY_NAMESPACES.flatMap(({ name: namespace, members }) =>
    Object.entries(members).map(([member, { example }]) => ({ name: `${namespace}.${member}`, example })),
  );

  beforeAll(async () => {
    await tenant.request("PUT", "/api/v1/secrets/PAYMENT_KEY", { value: "sk_test_1" });
    await create("pricing", "export default ({ sku }) => ({ sku, total: 12.5 });", "embedded");
    const functions = examples.map(
      ({ name, example }) => `${JSON.stringify(name)}: async (input, ctx) => {\n${example}\n},`,
    );
    // Nothing of a test leaves this machine: names under ".invalid" never resolve (RFC 6761, 6.4).
    const source = functions.join("\n").replaceAll("example.com", "example.invalid");
    await create(
      "examples",
      `const EXAMPLES = {${source}}; export default (name, ctx) => EXAMPLES[name]({}, ctx);`,
    );
  });

  test.each(examples.filter(({ name }) => !name.startsWith("db.")))("$name", async ({ name }) => {
    const { status, error } = await run("examples", name);
    if (name.startsWith("http.")) expect(error?.message).toMatch(/example\.invalid/);
    else expect({ status, error }).toEqual({ status: "completed", error: null });
  });

  test("those of ctx.db, with the tables of a host", async () => {
    const statements = examples
      .filter(({ name }) => name.startsWith("db."))
      .map(({ example }) => `{ ${example} }`);
    const code = `var program = { default: async (input, ctx) => { ${statements.join("\n")} } };`;
    await using pool = await createRunnerPool({
      capabilities: createDbCapabilities(tables.scripts),
      guestBundle: await guestBundle(),
      maxRunners: 1,
      spareRunners: 0,
    });
    const result = await pool.execute({
      executionId: "execution-1",
      tenant: "acme",
      program: { id: "db", code, fileName: "db.js" },
      entry: "call",
      input: { json: "null" },
      context: {},
      reuseContext: false,
      limits: DEFAULT_LIMITS,
    });
    expect(result).toMatchObject({ status: "completed" });
  });
});

test("an editor gets the declarations, with the permission to read scripts", async () => {
  const { status, body } = await tenant.request<{ text: string }>("GET", "/api/v1/declarations");
  expect(status).toBe(200);
  expect(body.text).toContain("interface Context<");
  expect((await skerry.client().request("GET", "/api/v1/declarations")).status).toBe(401);
});
