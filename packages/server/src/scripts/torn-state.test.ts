import { sql } from "kysely";
import type { Pool, PoolClient } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import type { Answer, TestClient, TestPlatform } from "../../test/platform.ts";

const TENANT = "torn";
const SCRIPTS = "/api/v1/scripts";

let skerry: TestPlatform;
let acme: TestClient & { readonly key: string };
let fault: Fault;

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant(TENANT);
  fault = injectFault(skerry.database.pool);
});
afterAll(() => skerry[Symbol.asyncDispose]());

/** Ends the connection of a tenant's transaction, as a crash of the server or the network would. */
interface Fault {
  /** Strikes before the statement with this number, counting from 0, or after the commit. */
  arm(moment: number | "after commit"): void;
  /** @returns whether it struck. */
  disarm(): boolean;
}

function injectFault(pool: Pool): Fault {
  const watched = new WeakSet<PoolClient>();
  let moment: number | "after commit" | undefined;
  let statements = 0;
  let struck = false;

  async function strike(client: PoolClient): Promise<void> {
    moment = undefined;
    struck = true;
    const { processID } = client as unknown as { readonly processID: number };
    const ended = new Promise<void>((resolve) => client.once("end", resolve));
    await pool.query("select pg_terminate_backend($1)", [processID]);
    await ended;
  }

  function watch(client: PoolClient): void {
    const query = client.query.bind(client) as (...values: unknown[]) => Promise<unknown>;
    let isTenants = false;
    const watchedQuery = async (...values: unknown[]): Promise<unknown> => {
      if (typeof values.at(-1) === "function") return query(...values);
      const text = String(values[0]);
      isTenants ||= text.startsWith("begin; set local role skerry_tenant");
      if (isTenants && typeof moment === "number") {
        if (statements === moment) await strike(client);
        statements += 1;
      }
      const result = await query(...values);
      if (isTenants && text === "commit" && moment === "after commit") {
        await strike(client);
        return await query("select 'the answer to the commit is lost'");
      }
      if (text === "commit" || text === "rollback") isTenants = false;
      return result;
    };
    client.query = watchedQuery as typeof client.query;
  }

  const connect = pool.connect.bind(pool) as (...values: unknown[]) => Promise<PoolClient>;
  pool.connect = (async (...values: unknown[]) => {
    // With a callback it is the pool's own, for single queries.
    if (values.length > 0) return await connect(...values);
    const client = await connect();
    if (!watched.has(client)) watch(client);
    watched.add(client);
    return client;
  }) as typeof pool.connect;
  return {
    arm(next) {
      moment = next;
      statements = 0;
      struck = false;
    },
    disarm() {
      moment = undefined;
      return struck;
    },
  };
}

/** Everything that is stored of the tenant's scripts, with the audit log. */
async function readState() {
  const read = async (columns: string, table: string, order: string): Promise<Record<string, unknown>[]> => {
    const { rows } = await sql<Record<string, unknown>>`
      select ${sql.raw(columns)} from ${sql.table(`skerry.${table}`)}
      where tenant_id = ${TENANT} order by ${sql.raw(order)}`.execute(skerry.database.kysely);
    return rows;
  };
  return {
    scripts: await read(
      "id, name, type, status, tags, active_version, latest_version, deleted_at is not null as deleted",
      "scripts",
      "id",
    ),
    versions: await read(
      "script_id, version, checksum, source, length(code) as code",
      "script_versions",
      "1, 2",
    ),
    drafts: await read("script_id, source, revision, base_version", "script_drafts", "1"),
    tags: await read("script_id, tag", "script_tags", "1, 2"),
    routes: await read("method, path, script_id", "endpoint_routes", "1, 2"),
    audit: await read("seq, action, target_name, after", "audit_log", "seq"),
  };
}

type State = Awaited<ReturnType<typeof readState>>;

/** What has to hold between the tables at any time. */
function expectWhole({ scripts, versions, drafts, routes, tags }: State): void {
  for (const script of scripts) {
    const own = <Row extends Record<string, unknown>>(rows: readonly Row[]): Row[] =>
      rows.filter((row) => row["script_id"] === script["id"]);
    const numbers = own(versions).map(({ version }) => version);
    expect(numbers).toEqual(Array.from({ length: script["latest_version"] as number }, (_, n) => n + 1));
    if (script["active_version"] !== null) expect(numbers).toContain(script["active_version"]);
    else if (script["deleted"] === false) expect(own(drafts)).toHaveLength(1);
    const answers = script["type"] === "http" && script["status"] === "active" && script["deleted"] === false;
    expect(own(routes).length > 0).toBe(answers);
    const expectedTags = script["deleted"] === true ? [] : (script["tags"] as string[]).toSorted();
    expect(own(tags).map(({ tag }) => tag)).toEqual(expectedTags);
  }
}

const web = (text: string): string => `export default () => new Response("${text}");`;
const send = async (method: string, path: string, body?: object): Promise<Answer<unknown>> =>
  await acme.request(method, path, body);

/** An endpoint that answers "one". */
async function createWeb(name: string): Promise<void> {
  const script = { name, type: "http", source: web("one"), settings: { methods: ["GET"] }, tags: ["b", "a"] };
  expect(await send("POST", SCRIPTS, script)).toMatchObject({ status: 201 });
}

interface Scenario {
  readonly action: string;
  readonly prepare: (name: string) => Promise<void>;
  readonly request: (name: string) => Promise<Answer<unknown>>;
  /** What the endpoint of the script answers afterwards; undefined for nothing. */
  readonly after: string | undefined;
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  create: {
    action: "script.created",
    prepare: () => Promise.resolve(),
    request: (name) => send("POST", SCRIPTS, { name, type: "http", source: web("one"), tags: ["a"] }),
    after: "one",
  },
  "create a draft": {
    action: "script.created",
    prepare: () => Promise.resolve(),
    request: (name) => send("POST", SCRIPTS, { name, type: "http", source: web("one"), status: "draft" }),
    after: undefined,
  },
  update: {
    action: "script.updated",
    prepare: createWeb,
    request: (name) => send("PATCH", `${SCRIPTS}/${name}`, { source: web("two"), tags: ["c"] }),
    after: "two",
  },
  "save a draft": {
    action: "draft.saved",
    prepare: createWeb,
    request: (name) => send("PUT", `${SCRIPTS}/${name}/draft`, { source: web("two") }),
    after: "one",
  },
  "publish a draft": {
    action: "script.published",
    prepare: async (name) => {
      await createWeb(name);
      await send("PUT", `${SCRIPTS}/${name}/draft`, { source: web("two") });
    },
    request: (name) => send("POST", `${SCRIPTS}/${name}/publish`, {}),
    after: "two",
  },
  "roll back": {
    action: "script.published",
    prepare: async (name) => {
      await createWeb(name);
      await send("PATCH", `${SCRIPTS}/${name}`, { source: web("two") });
    },
    request: (name) => send("POST", `${SCRIPTS}/${name}/publish`, { version: 1 }),
    after: "one",
  },
  delete: {
    action: "script.deleted",
    prepare: createWeb,
    request: (name) => send("DELETE", `${SCRIPTS}/${name}`),
    after: undefined,
  },
  import: {
    action: "tenant.imported",
    prepare: createWeb,
    request: (name) => {
      const content = { type: "http", description: "", tags: ["d"], language: "ts", settings: {} };
      const script = { ...content, source: web("two"), status: "active", published: true };
      const draft = { ...content, name: `${name}-draft`, source: "(", status: "draft", published: false };
      const scripts = [{ ...script, name }, { ...script, name: `${name}-new` }, draft];
      return send("POST", "/api/v1/import", { document: { format: 1, scripts } });
    },
    after: "two",
  },
};

async function askEndpoint(name: string): Promise<string | undefined> {
  const { status, text } = await skerry.client().request("GET", `/run/${TENANT}/${name}`);
  return status === 404 ? undefined : text;
}

describe("a connection that dies before any statement leaves nothing half done:", () => {
  test.each(Object.entries(SCENARIOS))("%s", async (title, { action, prepare, request, after }) => {
    const slug = title.replaceAll(" ", "-");
    let struck = true;
    let statement = 0;
    for (; struck; statement += 1) {
      const name = `${slug}-${statement}`;
      await prepare(name);
      const old = await readState();
      fault.arm(statement);
      const answer = await request(name);
      struck = fault.disarm();
      if (struck) {
        expect(answer).toMatchObject({ status: 503, body: { code: "STORAGE_UNAVAILABLE" } });
        expect(await readState()).toEqual(old);
        expect((await request(name)).status).toBeLessThan(300);
      } else expect(answer.status).toBeLessThan(300);
      const state = await readState();
      expectWhole(state);
      expect(state.audit.slice(old.audit.length)).toMatchObject([{ action }]);
      if (!struck) expect(await askEndpoint(name)).toBe(after);
    }
    // Begin, read, write, record and commit at the least.
    expect(statement).toBeGreaterThan(5);
  });
});

test("a commit whose answer is lost is whole too, and the endpoint follows it", async () => {
  const old = await readState();
  fault.arm("after commit");
  const created = { name: "lost-new", type: "http", source: web("new") };
  expect(await send("POST", SCRIPTS, created)).toMatchObject({ status: 503 });
  expect(fault.disarm()).toBe(true);
  const state = await readState();
  expectWhole(state);
  expect(state.audit.slice(old.audit.length)).toMatchObject([{ action: "script.created" }]);
  expect(await askEndpoint("lost-new")).toBe("new");
  expect(await send("POST", SCRIPTS, created)).toMatchObject({ status: 409 });
});
