import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestPlatform } from "../test/platform.ts";
import type { TestClient, TestPlatform } from "../test/platform.ts";

let skerry: TestPlatform;
let acme: TestClient & { readonly key: string };
let rival: TestClient;
let known: Record<"script" | "execution", string>;

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
  rival = await skerry.createTenant("rival");
  const script = await acme.request("POST", "/api/v1/scripts", {
    name: "one",
    type: "oneoff",
    source: "export default () => 1;",
  });
  await acme.request("POST", "/api/v1/scripts", {
    name: "web",
    type: "http",
    source: "export default () => 1;",
  });
  const execution = await acme.request("POST", "/api/v1/scripts/one/execute");
  known = { script: script.body.id, execution: execution.body.id };
});
afterAll(() => skerry[Symbol.asyncDispose]());

/** Everything that a request could have written, counted. */
async function countRows(): Promise<unknown> {
  const { rows } = await sql`
    select (select count(*) from skerry.tenants) as tenants, (select count(*) from skerry.api_keys) as keys,
      (select count(*) from skerry.scripts) as scripts, (select count(*) from skerry.script_versions) as versions,
      (select count(*) from skerry.endpoint_routes) as routes, (select count(*) from skerry.executions) as executions,
      (select sum(xmin::text::bigint) from skerry.scripts) as written`.execute(skerry.database.kysely);
  return rows;
}

const BACKWARD = "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z";
const UNKNOWN_ID = "01a201db-401e-761e-83de-08d8de9933a8";
const SCRIPT = { name: "new", type: "oneoff", source: "export default () => 1;" };
const HUGE = `{"name":"${"x".repeat(3 * 1024 * 1024)}"}`;

type Case = readonly [
  name: string,
  method: string,
  path: string,
  body: unknown,
  status: number,
  code: string,
];

describe("a tenant's request is refused and writes nothing:", () => {
  const cases: readonly Case[] = [
    ["no JSON", "POST", "/scripts", '{"name": x}', 400, "BODY_INVALID"],
    ["half of a JSON text", "POST", "/scripts", '{"name": "a', 400, "BODY_INVALID"],
    [
      "JSON that nests too deep",
      "POST",
      "/scripts/one/execute",
      `{"input":${"[".repeat(200)}${"]".repeat(200)}}`,
      400,
      "BODY_INVALID",
    ],
    ["a huge body", "POST", "/scripts", HUGE, 413, "BODY_LIMIT"],
    ["a huge body", "POST", "/scripts/one/execute", HUGE, 413, "BODY_LIMIT"],
    ["a huge body", "PATCH", "/scripts/one", HUGE, 413, "BODY_LIMIT"],
    ["a huge body", "POST", "/api-keys", HUGE, 413, "BODY_LIMIT"],
    ["no body", "POST", "/scripts", undefined, 422, "INPUT_INVALID"],
    ["a body that is no object", "POST", "/scripts", [], 422, "INPUT_INVALID"],
    ["an unknown field", "POST", "/scripts", { ...SCRIPT, nmae: 1 }, 422, "INPUT_INVALID"],
    [
      "a field named __proto__",
      "POST",
      "/scripts",
      `${JSON.stringify(SCRIPT).slice(0, -1)},"__proto__":{}}`,
      422,
      "INPUT_INVALID",
    ],
    ["a wrong type", "POST", "/scripts", { ...SCRIPT, source: 1 }, 422, "INPUT_INVALID"],
    ["a name with a slash", "POST", "/scripts", { ...SCRIPT, name: "a/b" }, 422, "INPUT_INVALID"],
    ["a name like an id", "POST", "/scripts", { ...SCRIPT, name: UNKNOWN_ID }, 422, "INPUT_INVALID"],
    [
      "a source with NUL",
      "POST",
      "/scripts",
      { ...SCRIPT, source: "export default () => '\0';" },
      422,
      "INPUT_INVALID",
    ],
    [
      "a description with half a surrogate pair",
      "POST",
      "/scripts",
      { ...SCRIPT, description: "\ud800" },
      422,
      "INPUT_INVALID",
    ],
    [
      "a source over 1 MiB",
      "POST",
      "/scripts",
      { ...SCRIPT, source: `export default () => 1;//${"é".repeat(600_000)}` },
      422,
      "INPUT_INVALID",
    ],
    [
      "an unknown setting",
      "POST",
      "/scripts",
      { ...SCRIPT, settings: { cron: "* * * * *" } },
      422,
      "INPUT_INVALID",
    ],
    [
      "a path for a one-off script",
      "POST",
      "/scripts",
      { ...SCRIPT, settings: { path: "/x" } },
      422,
      "INPUT_INVALID",
    ],
    [
      "a limit over the most",
      "POST",
      "/scripts",
      { ...SCRIPT, settings: { limits: { memoryMb: 1e6 } } },
      422,
      "INPUT_INVALID",
    ],
    [
      "a limit that is no number",
      "POST",
      "/scripts",
      { ...SCRIPT, settings: { limits: { cpuMs: "1" } } },
      422,
      "INPUT_INVALID",
    ],
    [
      "a bad endpoint path",
      "POST",
      "/scripts",
      { ...SCRIPT, type: "http", settings: { path: "no-slash" } },
      422,
      "INPUT_INVALID",
    ],
    [
      "an unknown method",
      "POST",
      "/scripts",
      { ...SCRIPT, type: "http", settings: { methods: ["BREW"] } },
      422,
      "INPUT_INVALID",
    ],
    ["a schedule without cron", "POST", "/scripts", { ...SCRIPT, type: "scheduled" }, 422, "INPUT_INVALID"],
    ["a syntax error", "POST", "/scripts", { ...SCRIPT, source: "export default (" }, 422, "SCRIPT_COMPILE"],
    [
      "an import",
      "POST",
      "/scripts",
      { ...SCRIPT, source: "import 'fs'; export default () => 1;" },
      422,
      "MODULE_NOT_ALLOWED",
    ],
    ["a taken name", "POST", "/scripts", { ...SCRIPT, name: "one" }, 409, "SCRIPT_NAME_TAKEN"],
    ["a taken name", "PATCH", "/scripts/web", { name: "one" }, 409, "SCRIPT_NAME_TAKEN"],
    [
      "a taken route",
      "POST",
      "/scripts",
      { ...SCRIPT, type: "http", settings: { path: "/web" } },
      409,
      "ENDPOINT_CONFLICT",
    ],
    ["another type", "PATCH", "/scripts/one", { type: "http" }, 422, "INPUT_INVALID"],
    ["a syntax error", "PATCH", "/scripts/one", { source: "export default (" }, 422, "SCRIPT_COMPILE"],
    ["settings of another type", "PATCH", "/scripts/one", { settings: { path: "/x" } }, 422, "INPUT_INVALID"],
    [
      "a stale base",
      "PATCH",
      "/scripts/one",
      { source: "export default () => 2;", baseVersion: 7 },
      409,
      "VERSION_CONFLICT",
    ],
    ["an unknown script", "PATCH", "/scripts/none", {}, 404, "SCRIPT_NOT_FOUND"],
    ["an unknown script", "GET", `/scripts/${UNKNOWN_ID}`, undefined, 404, "SCRIPT_NOT_FOUND"],
    ["a script's name with NUL", "GET", "/scripts/%00", undefined, 404, "SCRIPT_NOT_FOUND"],
    ["a broken percent sign", "GET", "/scripts/%zz", undefined, 404, "SCRIPT_NOT_FOUND"],
    ["an SQL text for a name", "DELETE", "/scripts/'%20or%201=1", undefined, 404, "SCRIPT_NOT_FOUND"],
    ["an unknown version", "POST", "/scripts/one/publish", { version: 9 }, 404, "VERSION_NOT_FOUND"],
    ["a version beyond integers", "POST", "/scripts/one/publish", { version: 1e12 }, 422, "INPUT_INVALID"],
    ["an unknown version", "GET", "/scripts/one/versions/9", undefined, 404, "VERSION_NOT_FOUND"],
    ["a version that is no number", "GET", "/scripts/one/versions/1e3", undefined, 404, "VERSION_NOT_FOUND"],
    ["an unknown version", "GET", "/scripts/one/versions/1/diff/9", undefined, 404, "VERSION_NOT_FOUND"],
    [
      "a version that is no number",
      "GET",
      "/scripts/one/versions/x/diff/1",
      undefined,
      404,
      "VERSION_NOT_FOUND",
    ],
    ["an unknown version", "POST", "/scripts/one/execute", { version: 9 }, 404, "VERSION_NOT_FOUND"],
    ["an unknown script", "POST", "/scripts/none/execute", {}, 404, "SCRIPT_NOT_FOUND"],
    ["a timeout of zero", "POST", "/scripts/one/execute", { timeoutMs: 0 }, 422, "INPUT_INVALID"],
    ["a wait that is a text", "POST", "/scripts/one/execute", { wait: "yes" }, 422, "INPUT_INVALID"],
    ["an endpoint by hand", "POST", "/scripts/web/execute", {}, 409, "SCRIPT_NOT_EXECUTABLE"],
    ["an unknown execution", "GET", `/executions/${UNKNOWN_ID}`, undefined, 404, "EXECUTION_NOT_FOUND"],
    ["an execution that is no id", "GET", "/executions/last", undefined, 404, "EXECUTION_NOT_FOUND"],
    [
      "logs of an unknown execution",
      "GET",
      `/executions/${UNKNOWN_ID}/logs`,
      undefined,
      404,
      "EXECUTION_NOT_FOUND",
    ],
    [
      "cancelling an unknown execution",
      "POST",
      `/executions/${UNKNOWN_ID}/cancel`,
      {},
      404,
      "EXECUTION_NOT_FOUND",
    ],
    [
      "replaying an unknown execution",
      "POST",
      `/executions/${UNKNOWN_ID}/replay`,
      {},
      404,
      "EXECUTION_NOT_FOUND",
    ],
    ["an execution that is no id", "POST", "/executions/last/replay", {}, 404, "EXECUTION_NOT_FOUND"],
    [
      "an unknown field of a replay",
      "POST",
      `/executions/${UNKNOWN_ID}/replay`,
      { attempts: 3 },
      422,
      "INPUT_INVALID",
    ],
    ["a huge body", "POST", `/executions/${UNKNOWN_ID}/replay`, HUGE, 413, "BODY_LIMIT"],
    ["a bad cursor", "GET", "/executions?cursor=abc", undefined, 422, "INPUT_INVALID"],
    ["a bad cursor", "GET", "/scripts?cursor=MQ", undefined, 422, "INPUT_INVALID"],
    ["a bad cursor", "GET", "/scripts/one/versions?cursor=YQ", undefined, 422, "INPUT_INVALID"],
    ["a bad cursor", "GET", "/api-keys?cursor=%00", undefined, 422, "INPUT_INVALID"],
    ["a bad limit", "GET", "/executions?limit=1e9", undefined, 422, "INPUT_INVALID"],
    ["a bad status", "GET", "/executions?status=lost", undefined, 422, "INPUT_INVALID"],
    ["a period that ends first", "GET", `/executions?${BACKWARD}`, undefined, 422, "INPUT_INVALID"],
    ["a period that ends first", "GET", `/events?${BACKWARD}`, undefined, 422, "INPUT_INVALID"],
    ["a period that ends first", "GET", `/dead-letters?${BACKWARD}`, undefined, 422, "INPUT_INVALID"],
    ["a period that ends first", "GET", `/audit?${BACKWARD}`, undefined, 422, "INPUT_INVALID"],
    ["a bad moment", "GET", "/executions?from=yesterday", undefined, 422, "INPUT_INVALID"],
    ["an unknown filter", "GET", "/executions?tenant=rival", undefined, 422, "INPUT_INVALID"],
    [
      "a key with an unknown scope",
      "POST",
      "/api-keys",
      { name: "k", scopes: ["root"] },
      422,
      "INPUT_INVALID",
    ],
    [
      "a key that has expired",
      "POST",
      "/api-keys",
      { name: "k", expiresAt: "2020-01-01T00:00:00Z" },
      422,
      "INPUT_INVALID",
    ],
    ["an unknown key", "DELETE", `/api-keys/${UNKNOWN_ID}`, undefined, 404, "KEY_NOT_FOUND"],
    ["a key that is no id", "DELETE", "/api-keys/x", undefined, 404, "KEY_NOT_FOUND"],
    ["an operator's route", "POST", "/tenants", { name: "x" }, 403, "PERMISSION_DENIED"],
    ["an operator's route", "GET", "/tenants/acme", undefined, 403, "PERMISSION_DENIED"],
    ["an operator's route", "DELETE", "/tenants/rival", undefined, 403, "PERMISSION_DENIED"],
    ["an unknown route", "GET", "/nothing", undefined, 404, "ROUTE_NOT_FOUND"],
    ["another method", "PUT", "/scripts", {}, 405, "METHOD_NOT_ALLOWED"],
    ["another method", "DELETE", "/executions", undefined, 405, "METHOD_NOT_ALLOWED"],
  ];

  test.each(cases)("%s (%s %s)", async (_name, method, path, body, status, code) => {
    const before = await countRows();
    const answer = await acme.request(method, `/api/v1${path}`, body);

    expect(answer).toMatchObject({ status, body: { type: `urn:skerry:problem:${code}`, status, code } });
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.body.detail).toBeTypeOf("string");
    expect(await countRows()).toEqual(before);
  });

  test.each([
    ["oneoff", { cron: "* * * * *", timezone: "UTC", overlap: "skip", misfire: "once" }, "scheduled"],
    ["oneoff", { path: "/x", methods: ["GET"], freshContext: true }, "http"],
    ["oneoff", { retry: {}, concurrency: {}, events: [], filter: "" }, "scheduled or event"],
    ["http", { retry: {}, cron: "*", overlap: "skip", concurrency: {}, onFailure: {} }, "scheduled"],
  ])("settings of other types than %s, each by its name: %j", async (type, settings, owner) => {
    const before = await countRows();
    const answer = await acme.request("POST", "/api/v1/scripts", { ...SCRIPT, type, settings });
    expect(answer).toMatchObject({ status: 422, body: { code: "INPUT_INVALID" } });
    const paths = answer.body.errors.map(({ path }) => path);
    expect(paths.toSorted()).toEqual(
      Object.keys(settings)
        .map((name) => `settings.${name}`)
        .toSorted(),
    );
    expect(answer.body.detail).toBe(
      `${paths[0]}: is a setting of scripts of the type ${owner}; leave it out`,
    );
    expect(await countRows()).toEqual(before);
  });

  test("a setting that no type has, and one of another type", async () => {
    const settings = { retries: 3, cron: "@daily" };
    const answer = await acme.request("POST", "/api/v1/scripts", { ...SCRIPT, type: "oneoff", settings });
    expect(answer).toMatchObject({ status: 422, body: { code: "INPUT_INVALID" } });
    expect(answer.body.errors.map(({ path }) => path).toSorted()).toEqual([
      "settings.cron",
      "settings.retries",
    ]);
  });

  test("names the place of what is wrong", async () => {
    const wrong = await acme.request("POST", "/api/v1/scripts", {
      ...SCRIPT,
      name: 1,
      settings: { limits: { cpuMs: 0 } },
    });
    expect(wrong.body.errors).toMatchObject([{ path: "name" }]);
    const settings = await acme.request("POST", "/api/v1/scripts", {
      ...SCRIPT,
      settings: { limits: { cpuMs: 0 } },
    });
    expect(settings.body.errors).toMatchObject([{ path: "settings.limits.cpuMs" }]);
    const syntax = await acme.request("POST", "/api/v1/scripts", '{\n  "name": x }');
    expect(syntax.body.errors).toMatchObject([{ line: 2, column: 11 }]);
    const beyond = await acme.request("POST", "/api/v1/events", '{"type":"a","payload":[{"x":-1e999}]}');
    expect(beyond).toMatchObject({ status: 400, body: { code: "BODY_INVALID" } });
    expect(beyond.body.errors).toMatchObject([{ path: "payload[0].x" }]);
    const source = await acme.request("POST", "/api/v1/scripts", {
      ...SCRIPT,
      source: "export default () => {\n  let ! = 1;\n};",
    });
    expect(source.body.errors[0]).toMatchObject({ path: "source", line: 2 });
    expect(source.body.errors[0]?.frame).toContain("2 │");
  });

  test("a body of another type, or of bytes that are no UTF-8", async () => {
    const form = await acme.request("POST", "/api/v1/scripts", "name=x", {
      "content-type": "application/x-www-form-urlencoded",
    });
    expect(form).toMatchObject({ status: 415, body: { code: "BODY_TYPE" } });
    const response = await fetch(`${skerry.url}/api/v1/scripts`, {
      method: "POST",
      headers: { authorization: `Bearer ${acme.key}`, "content-type": "application/json" },
      body: new Uint8Array([0x22, 0xff, 0x22]),
    });
    expect(response.status).toBe(400);
  });
});

describe("of another tenant's things", () => {
  test("no logs can be followed", async () => {
    const path = `/api/v1/executions/${known.execution}/logs`;
    const answer = await rival.request("GET", path, undefined, { accept: "text/event-stream" });
    expect(answer).toMatchObject({ status: 404, body: { code: "EXECUTION_NOT_FOUND" } });
  });

  test("none are in lists, nor behind the header of operators", async () => {
    for (const list of ["scripts", "executions", `executions?script=${known.script}`]) {
      expect((await rival.request("GET", `/api/v1/${list}`)).body.items).toEqual([]);
    }
    const pretending = await rival.request("GET", "/api/v1/scripts", undefined, { "skerry-tenant": "acme" });
    expect(pretending).toMatchObject({ status: 404, body: { code: "TENANT_NOT_FOUND" } });
  });
});
