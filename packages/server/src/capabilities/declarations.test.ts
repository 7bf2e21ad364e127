import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";
import { guestBundle } from "#bundles";
import { createRunnerPool, DEFAULT_LIMITS } from "@skerry/sandbox";
import { expect, onTestFinished, test } from "vitest";
import { DEMO_SCRIPTS } from "../main/demo-scripts.ts";
import { createDeclarations } from "./declarations.ts";
import { CAPABILITY_NAMESPACES } from "./reference.ts";

const COMPILER = fileURLToPath(new URL("../../../../node_modules/typescript/bin/tsc", import.meta.url));
const COMPILER_OPTIONS = {
  lib: ["es2024"],
  types: [],
  target: "es2024",
  module: "esnext",
  moduleResolution: "bundler",
  moduleDetection: "force",
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
};

/** Typechecks files beside the declarations, as an editor would. @returns what the compiler has against them. */
async function compile(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "skerry-declarations-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: COMPILER_OPTIONS }));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const compiler = spawn(process.execPath, [COMPILER, "--pretty", "false", "-p", folder]);
  const [findings, [exitCode]] = await Promise.all([text(compiler.stdout), once(compiler, "close")]);
  return exitCode === 0 ? findings : `exit code ${exitCode}\n${findings}`;
}

/** What TypeScript knows without us. */
const ECMASCRIPT_GLOBALS = new Set(
  runInNewContext("Object.getOwnPropertyNames(globalThis)") as readonly string[],
);
/** Of every class; by which our bodies ask their owners; and the numbers that errors had before they had names. */
const UNDECLARED_MEMBER = /^(?:constructor|contentType|[A-Z_]+)$/;
const FUNCTION_MEMBERS = new Set(["length", "name", "prototype", "arguments", "caller"]);

/** A script whose body these statements are. */
function asScript(statements: string): string {
  return `export default async function (input: any, ctx: Skerry.Context) {\n${statements}\n}\n`;
}

const RIGHT_USES = `
export const text = (async (input: { name: string }, ctx) => {
  const rows: { id: number }[] | null = await ctx.cache.get<{ id: number }[]>("rows");
  const { secret } = ctx.http;
  const file = new File(["a", new Blob([new Uint8Array(1)])], "a.txt", { type: "text/plain" });
  await ctx.http.post("https://example.com/", {
    multipart: { file, note: "x" },
    headers: { "x-key": secret("KEY"), accept: "*/*" },
    auth: { username: "me", password: secret("PASSWORD") },
    retry: { attempts: 3, on: [503], unsafe: true },
  });
  if (ctx.trigger.type === "event") ctx.log.info("event", ctx.trigger.event.id);
  const { EUR } = await ctx.cache.remember("rates", {}, () => ({ EUR: 1 }));
  return \`\${input.name} \${EUR} \${rows?.length} \${ctx.user?.id}\`;
}) satisfies Skerry.Handler;
export const http = (async (request, ctx) => {
  const body = await request.json();
  const headers = new Headers({ "content-type": "text/plain", "x-tries": 1 });
  for (const [name, value] of request.headers) headers.append(name, value);
  return new Response(ctx.trigger.params["id"] ?? body.id, { status: 201, headers });
}) satisfies Skerry.HttpHandler;
export const web = async () => {
  const signal = AbortSignal.any([AbortSignal.timeout(10), new AbortController().signal]);
  const reply = await fetch(new URL("/a", "https://example.com"), { method: "POST", body: new URLSearchParams({ a: "1" }), signal });
  const id = setTimeout((name: string) => console.log(name), 5, "late");
  await new Promise((done) => setTimeout(done, 5));
  clearTimeout(id);
  crypto.getRandomValues(new Uint8Array(8));
  return [...new FormData().keys(), structuredClone({ at: new Date() }).at.getTime(), atob(btoa(await reply.text()))];
};
`;

const WRONG_USES = [
  "ctx.cache.get(1);",
  "ctx.cache.increment();",
  'ctx.cache.set("a", 1, { ttl: 5 });',
  'const rates: number = await ctx.cache.has("rates");',
  "ctx.cache = null;",
  'ctx.tenant.id = "other";',
  "ctx.database;",
  "ctx.trigger.params;",
  'ctx.progress("half");',
  "ctx.log.fatal('no');",
  "ctx.limits.cpuMs = 1;",
  "ctx.secrets.set('A', 'b');",
  "(await ctx.http.get('https://example.com/')).text();",
  'ctx.http.get("https://example.com/", { timeout: 5 });',
  'ctx.http.get("https://example.com/", { auth: 5 });',
  'ctx.http.get("https://example.com/", { retry: 3 });',
  'const value: string = ctx.http.secret("A");',
  'fetch("https://example.com/", { headers: { authorization: ctx.http.secret("A") } });',
  "ctx.services.orders;",
  "process.env;",
  'require("node:fs");',
  "new Buffer(1);",
  "window.document;",
  "new WebAssembly.Memory({ initial: 1 });",
  "new XMLHttpRequest();",
  "new AbortSignal();",
  'new Response("", { code: 5 });',
  "setTimeout('alert(1)', 5);",
  "importScripts();",
];

test("every example and demo script compiles, and wrong uses do not", async () => {
  const examples = CAPABILITY_NAMESPACES.flatMap(({ name, members }) =>
    Object.entries(members).map(
      ([member, { example }]) => [`${name}.${member}.ts`, asScript(example)] as const,
    ),
  );
  const demos = DEMO_SCRIPTS.map(({ name, source }) => [`demo.${name}.ts`, source] as const);
  const wrongUses = WRONG_USES.map((statement) => `// @ts-expect-error\n${statement}`).join("\n");
  const findings = await compile({
    "skerry.d.ts": createDeclarations({ modules: 'declare module "@tenant/tariff";' }),
    "right-uses.ts": RIGHT_USES,
    "wrong-uses.ts": asScript(wrongUses),
    ...Object.fromEntries([...examples, ...demos]),
  });
  expect(findings).toBe("");
});

test("what the guest has of the web platform is declared, member by member", async () => {
  const code = `var program = { default: () => Object.getOwnPropertyNames(globalThis).map((name) => {
    const value = globalThis[name];
    const isClass = typeof value === "function" && typeof value.prototype === "object";
    return [name, Object.getOwnPropertyNames(value ?? {}), isClass ? Object.getOwnPropertyNames(value.prototype) : []];
  }) };`;
  const globals = (await runInGuest(code)) as [name: string, own: string[], members: string[]][];
  const uses = globals
    .filter(([name]) => !ECMASCRIPT_GLOBALS.has(name))
    .flatMap(([name, own, members]) => [
      `void ${name};`,
      ...(name === "console" ? own.map((member) => `void console.${member};`) : []),
      ...own
        .filter((member) => members.length > 0 && !FUNCTION_MEMBERS.has(member))
        .filter((member) => !UNDECLARED_MEMBER.test(member))
        .map((member) => `void ${name}.${member};`),
      ...members
        .filter((member) => !UNDECLARED_MEMBER.test(member))
        .map((member) => `void (null as unknown as ${name}).${member};`),
    ]);
  expect(uses.length).toBeGreaterThan(100);
  const files = { "skerry.d.ts": createDeclarations(), "uses.ts": uses.join("\n") };
  expect(await compile(files)).toBe("");
});

async function runInGuest(code: string): Promise<unknown> {
  await using pool = await createRunnerPool({
    guestBundle: await guestBundle(),
    maxRunners: 1,
    spareRunners: 0,
  });
  const result = await pool.execute({
    executionId: "execution-1",
    tenant: "acme",
    program: { id: "globals", code, fileName: "globals.js" },
    entry: "call",
    input: { json: "null" },
    context: {},
    reuseContext: false,
    limits: DEFAULT_LIMITS,
  });
  if (result.status !== "completed") throw new Error(result.error.message);
  return JSON.parse(result.output.json);
}

test("services and modules of a tenant are declared beside", async () => {
  const services = "readonly orders: { refund(input: { order: number }): Promise<{ refunded: number }> };";
  const modules = 'declare module "@tenant/pricing" {\n  export function tax(net: number): number;\n}';
  const findings = await compile({
    "skerry.d.ts": createDeclarations({ services, modules }),
    "uses.ts": `import { tax } from "@tenant/pricing";\n${asScript(`
const { refunded } = await ctx.services.orders.refund({ order: 7 });
// @ts-expect-error
ctx.services.orders.refund({ order: "7" });
// @ts-expect-error
tax("1");
return tax(refunded);`)}`,
  });
  expect(findings).toBe("");
});
