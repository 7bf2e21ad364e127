import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, describe, expect, test } from "vitest";

import { makeDataDir } from "../../test/data-dir.ts";
import { startEmbeddedPostgres } from "./embedded-postgres.ts";
import { findServerUser } from "./embedded/server-user.ts";
import { openDatabase } from "./open.ts";

const OWNER_PROGRAM = fileURLToPath(new URL("../../test/embedded-owner.ts", import.meta.url));
/** For what happens in another process. */
const PATIENTLY = { interval: 10, timeout: 20_000 };
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === "linux";

/** Holds a cluster once the first test that needs one has started it; every test leaves it whole and stopped. */
const home = makeDataDir();

afterAll(() => rmSync(home, { recursive: true }));

describe("startEmbeddedPostgres", () => {
  test("starts cold and warm, with the same data, in a folder whose path is too long for a socket", async () => {
    const dataDir = join(home, "a folder with spaces".repeat(5), ".skerry", "data");
    {
      await using server = await startEmbeddedPostgres({ dataDir });
      expect(server.folder).toBe(join(dataDir, "postgres"));
      await query(server.url, "create table kept as select 42 as answer");
    }
    await using server = await startEmbeddedPostgres({ dataDir });
    expect(await query(server.url, "select answer from kept")).toEqual([{ answer: 42 }]);
    expect(await query(server.url, "select rolsuper from pg_roles where rolname = current_user")).toEqual([
      { rolsuper: false },
    ]);
  });

  test("refuses a folder that is in use, naming the process, and takes it once that has stopped", async () => {
    const first = await startEmbeddedPostgres({ dataDir: home });
    await expect(startEmbeddedPostgres({ dataDir: home })).rejects.toMatchObject({
      code: "EMBEDDED_DATABASE_IN_USE",
      message: expect.stringContaining(`process ${process.pid}`),
    });
    const other = await spawnOwner(home);
    expect(other.report).toMatchObject({ code: "EMBEDDED_DATABASE_IN_USE" });
    await other.end();
    await first.stop();
    await first.stop();
    await using second = await startEmbeddedPostgres({ dataDir: home });
    expect(await query(second.url, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("ends with its owner's kill -9, and the folder can be used again at once", async () => {
    const owner = await spawnOwner(home);
    const { url, pid } = owner.report as { url: string; pid: number };
    await query(url, "create table kept as select 42 as answer");
    owner.process.kill("SIGKILL");
    await once(owner.process, "exit");

    await using server = await startEmbeddedPostgres({ dataDir: home });
    expect(isRunning(pid)).toBe(false);
    expect(await query(server.url, "select answer from kept")).toEqual([{ answer: 42 }]);
  });

  test("ends with its owner's kill -9 without anyone coming after it", async () => {
    const owner = await spawnOwner(home);
    owner.process.kill("SIGKILL");
    await expect.poll(() => isRunning(owner.report.pid as number), PATIENTLY).toBe(false);
  });

  test("is not fooled by a stale process id that now belongs to someone else", async () => {
    const server = await startEmbeddedPostgres({ dataDir: home });
    const postmasterFile = join(server.folder, "server", "cluster", "postmaster.pid");
    const text = readFileSync(postmasterFile, "utf8");
    await server.stop();
    // PostgreSQL itself is fooled by processes of its own user.
    const stranger = spawn("sleep", ["600"], { ...findServerUser(), stdio: "ignore" });
    try {
      writeFileSync(postmasterFile, text.replace(/^\d+/, String(stranger.pid)));
      await using again = await startEmbeddedPostgres({ dataDir: home });
      expect(await query(again.url, "select 1 as one")).toEqual([{ one: 1 }]);
      expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    } finally {
      stranger.kill("SIGKILL");
    }
  });

  test("comes back with everything committed after a kill -9 of the server", async () => {
    const notices: string[] = [];
    await using database = await openDatabase({
      dataDir: home,
      onNotice: (message) => notices.push(message),
    });
    await database.kysely.insertInto("tenants").values({ id: "acme", name: "Acme" }).execute();
    const postmasterFile = join(home, "postgres", "server", "cluster", "postmaster.pid");
    process.kill(Number.parseInt(readFileSync(postmasterFile, "utf8"), 10), "SIGKILL");

    await expect.poll(() => notices, PATIENTLY).toHaveLength(2);
    expect(notices).toEqual([
      expect.stringContaining("ended by itself (status 137"),
      "The embedded PostgreSQL runs again.",
    ]);
    expect(await database.kysely.selectFrom("tenants").select("id").execute()).toEqual([{ id: "acme" }]);
  });

  test("does not come back once it is stopped, even right after a crash", async () => {
    const server = await startEmbeddedPostgres({ dataDir: home });
    process.kill(server.pid, "SIGKILL");
    await server.stop();
    expect(isRunning(server.pid)).toBe(false);
    await using again = await startEmbeddedPostgres({ dataDir: home });
    expect(await query(again.url, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("begins anew after an interrupted first start", async () => {
    const server = await startEmbeddedPostgres({ dataDir: home });
    await server.stop();
    const cluster = join(server.folder, "server", "cluster");
    renameSync(cluster, `${cluster}.unfinished`);
    rmSync(join(`${cluster}.unfinished`, "global"), { recursive: true });
    writeFileSync(join(server.folder, "server", "initdb-password"), "half");
    await using again = await startEmbeddedPostgres({ dataDir: home });
    expect(await query(again.url, "select 1 as one")).toEqual([{ one: 1 }]);
    expect(readdirSync(join(server.folder, "server")).sort()).toEqual([
      ".s.PGSQL.5432",
      ".s.PGSQL.5432.lock",
      "cluster",
    ]);
  });

  test("refuses data of another major version", async () => {
    const server = await startEmbeddedPostgres({ dataDir: home });
    await server.stop();
    const versionFile = join(server.folder, "server", "cluster", "PG_VERSION");
    const version = readFileSync(versionFile);
    writeFileSync(versionFile, "17\n");
    await expect(startEmbeddedPostgres({ dataDir: home })).rejects.toMatchObject({
      code: "EMBEDDED_DATABASE_VERSION",
      message: expect.stringMatching(/written by PostgreSQL 17; .* brings PostgreSQL 18/),
    });
    writeFileSync(versionFile, version);
  });
});

if (isLinux) {
  describe("startEmbeddedPostgres, where processes can be looked into", () => {
    test("takes over from a server that lost its owner and its guard", async () => {
      const owner = await spawnOwner(home);
      const { pid } = owner.report as { pid: number };
      for (const guard of findGuards(pid)) process.kill(guard, "SIGKILL");
      owner.process.kill("SIGKILL");
      await once(owner.process, "exit");
      expect(isRunning(pid)).toBe(true);
      await using server = await startEmbeddedPostgres({ dataDir: home });
      expect(isRunning(pid)).toBe(false);
      expect(server.pid).not.toBe(pid);
    });
  });
}

if (isRoot) {
  describe("startEmbeddedPostgres, of root", () => {
    test("keeps the data elsewhere, and says so, when the server's user cannot reach the folder", async () => {
      chmodSync(home, 0o700);
      const notices: string[] = [];
      const options = { dataDir: join(home, "closed"), onNotice: (message: string) => notices.push(message) };
      const server = await startEmbeddedPostgres(options);
      try {
        expect(server.folder).toMatch(/^\/var\/lib\/skerry\/[0-9a-f]{12}$/);
        expect(notices).toEqual([expect.stringContaining(`The data is in ${server.folder}`)]);
        await server.stop();
        // The same folder is found again, also once the wished one would do.
        chmodSync(home, 0o755);
        await using again = await startEmbeddedPostgres(options);
        expect(again.folder).toBe(server.folder);
      } finally {
        await server.stop();
        rmSync(server.folder, { recursive: true });
      }
    });

    test("works for an ordinary user just the same", async () => {
      const dataDir = join(home, "of-nobody");
      mkdirSync(dataDir);
      chownSync(dataDir, NOBODY, NOBODY);
      const owner = await spawnOwner(dataDir, NOBODY);
      expect(owner.report).toMatchObject({ folder: join(dataDir, "postgres") });
      expect(await query(owner.report.url as string, "select 1 as one")).toEqual([{ one: 1 }]);
      await owner.end();
    });

    test("tells an ordinary user whose folder it is", async () => {
      const server = await startEmbeddedPostgres({ dataDir: home });
      await server.stop();
      const owner = await spawnOwner(home, NOBODY);
      expect(owner.report).toMatchObject({
        code: "EMBEDDED_DATABASE_FOLDER",
        message: expect.stringContaining(`it belongs to user 0, not to user ${NOBODY}`),
      });
      await owner.end();
    });
  });
}

interface Owner {
  readonly process: ChildProcess;
  /** What it printed once its server ran, or why it does not. */
  readonly report: Readonly<Record<string, unknown>>;
  /** Ends it in order. */
  end(): Promise<void>;
}

async function spawnOwner(dataDir: string, uid?: number): Promise<Owner> {
  const args = [
    "--conditions=@skerry/source",
    OWNER_PROGRAM,
    dataDir,
    ...(uid === undefined ? [] : [String(uid)]),
  ];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  return {
    process: child,
    report: JSON.parse(line) as Record<string, unknown>,
    async end() {
      child.stdin.end();
      await exited;
    },
  };
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A zombie answers signals until its parent asks for it, and some parents never do; it has no command line.
  return !isLinux || readFileSync(`/proc/${pid}/cmdline`, "utf8") !== "";
}

/** The shell above the server, and what else it started; proc_pid_stat(5). */
function findGuards(serverPid: number): number[] {
  const shell = Number(readFileSync(`/proc/${serverPid}/stat`, "utf8").split(") ")[1]?.split(" ")[1]);
  const children = readFileSync(`/proc/${shell}/task/${shell}/children`, "utf8")
    .trim()
    .split(" ")
    .map(Number);
  return [shell, ...children.filter((pid) => pid !== serverPid)];
}
