import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { HOME, NODE_FLAGS } from "./readme-blocks-programs.ts";

/** The address and the tenant that documents write: those of `npm start`. */
const WRITTEN_URL = "http://127.0.0.1:3000";
const WRITTEN_TENANT = "demo";
/** In the last line of what a first start prints. */
const GREETING_END = `/run/${WRITTEN_TENANT}/`;

/** A script as a document gives it. */
export interface DocScript {
  readonly name: string;
  readonly type: string;
  readonly language: "js" | "ts";
  readonly source: string;
  readonly settings: unknown;
}

/** The platform as one document sees it: with a tenant "demo" that no other document has. */
export interface DocTenant {
  /** What `npm start` prints at the first start. */
  readonly greeting: string;
  /** What a reader has set who follows the quick start; `SKERRY_…` is for `skerry`. */
  readonly env: Readonly<Record<string, string>>;
  /** Puts the real address and tenant in place of the written ones. */
  toReal(text: string): string;
  /** Puts the written ones in place of the real ones. */
  toWritten(text: string): string;
  /** Saves and publishes a script. @returns what is wrong with it. */
  publish(script: DocScript): Promise<string | undefined>;
  /** Runs a published script to its end. @returns its output, or why it has none. */
  run(script: DocScript, input: unknown): Promise<{ readonly output?: unknown; readonly problem?: string }>;
}

/** A platform that `skerry start` runs, with an embedded database, until it is disposed of. */
export interface DocPlatform extends AsyncDisposable {
  createTenant(document: string): Promise<DocTenant>;
}

/** Starts a platform as `npm start` does, on a free port and in a folder of its own. */
export async function startDocPlatform(): Promise<DocPlatform> {
  const dataDir = await mkdtemp(join(tmpdir(), "skerry-documents-"));
  const child = spawn(
    process.execPath,
    [...NODE_FLAGS, join(HOME, "packages/server/bin/skerry.mjs"), "start"],
    {
      env: {
        ...process.env,
        DATABASE_URL: "",
        PORT: "0",
        SKERRY_DATA_DIR: dataDir,
        LOG_LEVEL: "error",
      },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const exited = once(child, "exit");
  let greeting = "";
  for await (const line of createInterface(child.stdout)) {
    greeting += `${line}\n`;
    if (line.includes(GREETING_END)) break;
  }
  child.stdout.resume();
  const url = / is at (http:\S+)$/m.exec(greeting)?.[1];
  const operatorKey = /^Operator key: (\S+)$/m.exec(greeting)?.[1];
  if (url === undefined || operatorKey === undefined) {
    throw new Error(`skerry start ended with ${(await exited).join(" ")}`);
  }
  return {
    createTenant: (document) => createTenant({ url, operatorKey, greeting }, document),
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await exited;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

interface ApiAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function ask(
  url: string,
  key: string,
  method: string,
  path: string,
  body: unknown,
): Promise<ApiAnswer> {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const response = await fetch(`${url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as ApiAnswer["body"] };
}

interface StartedPlatform {
  readonly url: string;
  readonly operatorKey: string;
  readonly greeting: string;
}

async function createTenant(
  { url, operatorKey, greeting }: StartedPlatform,
  document: string,
): Promise<DocTenant> {
  const id = `${WRITTEN_TENANT}-${document.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`.slice(0, 60);
  const made = await ask(url, operatorKey, "POST", "/tenants", { id, name: document });
  if (made.status !== 201) throw new Error(`no tenant for ${document}: ${JSON.stringify(made.body)}`);
  const key = String(made.body["apiKey"]);

  return {
    greeting: greeting.replaceAll(url, WRITTEN_URL),
    env: { URL: url, KEY: key, OPERATOR_KEY: operatorKey, SKERRY_URL: url, SKERRY_API_KEY: key },
    toReal: (text) =>
      text
        .replaceAll(WRITTEN_URL, url)
        .replaceAll(new RegExp(`\\b(run/|tenants/|t/|Skerry-Tenant: )${WRITTEN_TENANT}\\b`, "g"), `$1${id}`),
    toWritten: (text) => text.replaceAll(url, WRITTEN_URL).replaceAll(id, WRITTEN_TENANT),
    async publish(script) {
      const created = await ask(url, key, "POST", "/scripts", script);
      return created.status === 201 ? undefined : describeProblem(created);
    },
    async run({ name, type }, input) {
      const verb = type === "embedded" ? "call" : "execute";
      const ran = await ask(url, key, "POST", `/scripts/${name}/${verb}`, { input });
      if (ran.status !== 200) return { problem: describeProblem(ran) };
      const { status, output, error } = ran.body;
      if (type === "embedded" || status === "completed") return { output };
      return { problem: `ends as ${String(status)}: ${JSON.stringify(error)}` };
    },
  };
}

function describeProblem({ status, body }: ApiAnswer): string {
  return `is answered ${status}: ${JSON.stringify(body)}`;
}
