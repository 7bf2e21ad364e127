// `skerry dev` as a real process with its own database, twice over the same folder, which brings along a database
// that must not be started. Exits with 1 when something is not as it has to be.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { makeDataDir } from "../data-dir.ts";
import { filterLiving, listDescendants } from "../process-tree.ts";
import { spawnSkerry } from "../skerry-process.ts";

/** Of one run, with everything that it starts. */
const RUN_MS = 120_000;

const ENDPOINT = `export const config = { type: "http" };
export default async (request, ctx) => new Response(String(await ctx.cache.increment("visits")));
`;

/** Where a cluster would be taken for one of ours, were data kept in the project. */
const PLANTED = join(".skerry", "dev", "data", "postgres", "server", "cluster");

const root = makeDataDir();
const home = makeDataDir();
try {
  mkdirSync(join(root, "scripts"));
  writeFileSync(join(root, "skerry.json"), "{}");
  writeFileSync(join(root, "scripts", "visits.js"), ENDPOINT);
  mkdirSync(join(root, PLANTED), { recursive: true });
  writeFileSync(join(root, PLANTED, "PG_VERSION"), "0");
  await run(async ({ url, keyFile }, next) => {
    const pushed = await next("pushed");
    assert.deepEqual(pushed["endpoints"], [{ name: "visits", url: `${url}/run/dev/visits` }]);
    assert.equal(await ask(`${url}/run/dev/visits`), "1");
    assert.equal((await next("end"))["status"], "completed");
    assert.ok(keyFile.startsWith(join(home, "skerry", "dev")), keyFile);
    const key = readFileSync(keyFile, "utf8").trim();
    const listed = await ask(`${url}/api/v1/scripts`, { authorization: `Bearer ${key}` });
    assert.match(listed, /"name":"visits"/);
  });
  writeFileSync(join(root, "scripts", "other.js"), "export default () => 1;");
  await run(async ({ url }, next) => {
    // What was pushed is still there: only what is new is pushed.
    const { scripts } = await next("pushed");
    assert.deepEqual(
      (scripts as { readonly name: string }[]).map(({ name }) => name),
      ["other"],
    );
    assert.match(await ask(`${url}/run/dev/visits`), /^\d+$/);
  });
  assert.deepEqual(readdirSync(join(root, ".skerry")).toSorted(), [".gitignore", "base.json", "dev"]);
  assert.deepEqual(readdirSync(join(root, ".skerry", "dev"), { recursive: true }), [
    "data",
    join("data", "postgres"),
    join("data", "postgres", "server"),
    join("data", "postgres", "server", "cluster"),
    join("data", "postgres", "server", "cluster", "PG_VERSION"),
  ]);
  process.stdout.write("skerry dev: two runs over one folder, nothing left behind\n");
} finally {
  for (const folder of [root, home]) rmSync(folder, { recursive: true, force: true });
}

interface PrintedEvent extends Readonly<Record<string, unknown>> {
  readonly event: string;
}

/** Waits for the next event of this kind, and passes over those before it. */
type Next = (wanted: string) => Promise<PrintedEvent>;

/** Starts it, does something with it, interrupts it, and looks at how it ended and what it left. */
async function run(work: (ready: Ready, next: Next) => Promise<void>): Promise<void> {
  const child = spawnSkerry(["dev", "--port", "0", "--json"], { cwd: root, env: { XDG_CONFIG_HOME: home } });
  child.stderr.pipe(process.stderr);
  const exit = once(child, "exit");
  const watchdog = setTimeout(() => child.kill("SIGKILL"), RUN_MS);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next: Next = async (wanted) => {
    for (;;) {
      const { value, done } = await lines.next();
      assert.ok(done !== true, `skerry dev ended before it told of ${wanted}`);
      const event = JSON.parse(value) as PrintedEvent;
      if (event.event === wanted) return event;
    }
  };
  let descendants: number[] = [];
  try {
    const { url, keyFile } = await next("ready");
    await work({ url: String(url), keyFile: String(keyFile) }, next);
    descendants = listDescendants(child.pid ?? 0);
    assert.ok(descendants.length > 1);
  } finally {
    child.kill("SIGINT");
  }
  assert.deepEqual(await exit, [0, null]);
  clearTimeout(watchdog);
  while (filterLiving(descendants).length > 0) await sleep(50);
}

interface Ready {
  readonly url: string;
  readonly keyFile: string;
}

async function ask(url: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const response = await fetch(url, { headers: { connection: "close", ...headers } });
  assert.equal(response.status, 200);
  return await response.text();
}
