import { once } from "node:events";
import { existsSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";
import { stop as stopEsbuild } from "esbuild";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { readProc } from "../../test/processes.ts";
import { outcomeOf, run, startRogue, startTestRunner, testJail } from "../../test/runners.ts";
import { findEngineAddon } from "./addon.ts";
import { type WallName, probeJail } from "./isolation.ts";
import { chooseSnapshotFlags } from "./spawn.ts";

afterAll(stopEsbuild);

describe("a runner process", () => {
  test.each([
    ["with every wall", testJail()],
    ["without any", probeJail("none")],
  ])(
    "inherits one variable, the root folder, its pipes and the two files it starts from, %s",
    async (_, jail) => {
      const server = createServer().listen(0, "127.0.0.1");
      onTestFinished(() => void server.close());
      await once(server, "listening");
      await using runner = await startTestRunner({ jail });
      const pid = runner.pid as number;
      expect(readProc(pid, "environ").split("\0").filter(Boolean)).toEqual(["TZ=UTC"]);
      expect(readlinkSync(`/proc/${pid}/cwd`)).toBe("/");
      if (jail.prefix.length > 0) expect(readProc(pid, "cmdline")).not.toContain(process.cwd());

      const targets = readdirSync(`/proc/${pid}/fd`).map((fd) => [
        Number(fd),
        readlinkSync(`/proc/${pid}/fd/${fd}`).replace(/\[\d+\]$/, ""),
      ]);
      // Node's own: pipes between its threads, event queues, and /dev/null in place of what was closed.
      const notable = targets.filter(([, target]) => !/^(pipe:|anon_inode:|\/dev\/null$)/.test(`${target}`));
      expect(notable).toEqual([
        [0, "socket:"],
        [2, "socket:"],
        [3, "socket:"],
        [4, process.execPath],
        [5, findEngineAddon()],
      ]);
    },
  );

  test("has a process group of its own, so that no signal to its group reaches this one", async () => {
    await using runner = await startTestRunner({ jail: probeJail("none") });
    const groups = [runner.pid as number, process.pid].map((pid) => {
      // Counted from the end of the name, which may hold spaces; see proc_pid_stat(5).
      const [, , group] = readProc(pid, "stat").split(") ").at(-1)?.split(" ") ?? [];
      return Number(group);
    });
    expect(groups[0]).toBe(runner.pid);
    expect(groups[1]).not.toBe(runner.pid);
  });
});

describe("a runner's Node starts from its own snapshot", () => {
  test("only where that was built so that it cannot change the heap that isolates share", () => {
    const choose = (change: object): readonly string[] => {
      const variables = { v8_enable_extensible_ro_snapshot: 0 };
      const node = { config: { variables }, platform: "linux", versions: { node: "26.0.0" }, ...change };
      return chooseSnapshotFlags(node as unknown as NodeJS.Process);
    };
    expect(choose({})).toEqual([]);
    for (const change of [
      { config: { variables: { v8_enable_extensible_ro_snapshot: 1 } } },
      { config: { variables: {} } },
      { platform: "darwin" },
      { versions: { node: "24.21.0" } },
      { versions: { node: "27.0.0" } },
    ]) {
      expect(choose(change)).toEqual(["--no-node-snapshot"]);
    }
  });

  test("whose part of that heap is as long as in V8's own, in the Node of this run", () => {
    // That of the repository is one that was looked at; who runs this on another has the flag, and nothing to compare.
    const isPinned = process.platform === "linux" && process.versions.node.startsWith("26.");
    expect(chooseSnapshotFlags(process)).toEqual(isPinned ? [] : ["--no-node-snapshot"]);
    if (!isPinned) return;
    const [own, ofV8, ...others] = measureSharedHeaps(readFileSync(process.execPath));
    expect(own).toBeGreaterThan(100_000);
    expect(ofV8).toBe(own);
    expect(others).toEqual([]);
  });
});

/**
 * Bytes that the read-only heap takes in each snapshot of a Node binary. What begins a snapshot is in V8's snapshot.cc,
 * "Snapshot blob layout": behind the version, in 64 bytes, come the offsets of the read-only part and of the next.
 */
function measureSharedHeaps(binary: Buffer): number[] {
  const version = Buffer.alloc(64);
  version.write(process.versions.v8);
  const lengths: number[] = [];
  for (let at = binary.indexOf(version); at >= 0; at = binary.indexOf(version, at + 1)) {
    const offsets = at + version.length;
    lengths.push(binary.readUInt32LE(offsets + 4) - binary.readUInt32LE(offsets));
  }
  return lengths;
}

/** All that may be in the root folder of a runner; `old` is where the machine's was. */
const ROOT_NAMES = new Set(["bin", "dev", "lib", "lib64", "old", "proc", "sbin", "usr"]);

function hasOwnRoot(pid: number): boolean {
  const root = `/proc/${pid}/root`;
  const isBare = readdirSync(root).every((name) => ROOT_NAMES.has(name));
  if (!isBare || readdirSync(`${root}/old`).length > 0) return false;
  // Mount point and options; see proc_pid_mountinfo(5).
  const mounts = readProc(pid, "mountinfo").trimEnd().split("\n");
  const isReadOnly = mounts
    .map((line) => line.split(" "))
    .filter(([, , , , point = ""]) => !/^\/(dev|proc)(\/|$)/.test(point))
    .every(([, , , , , options = ""]) => options.split(",").includes("ro"));
  return isReadOnly && !existsSync(`${root}/proc/${process.pid}`);
}

/** What is seen of a process from outside while a wall stands around it. */
const SIGNS: Record<WallName, (pid: number) => boolean> = {
  permissions: (pid) => readProc(pid, "cmdline").includes("\0--permission\0"),
  user: (pid) =>
    [/^Uid:(\s+65534){4}$/m, /^Gid:(\s+65534){4}$/m, /^Groups:\s*$/m].every((ids) =>
      ids.test(readProc(pid, "status")),
    ),
  namespaces: (pid) => {
    const [, , ...devices] = readProc(pid, "net/dev").trimEnd().split("\n");
    const isOwn = ["net", "pid", "ipc", "uts", "user"].every(
      (name) => readlinkSync(`/proc/${pid}/ns/${name}`) !== readlinkSync(`/proc/self/ns/${name}`),
    );
    return isOwn && devices.every((line) => line.trim().startsWith("lo:"));
  },
  filesystem: hasOwnRoot,
  privileges: (pid) =>
    /^NoNewPrivs:\s+1$/m.test(readProc(pid, "status")) && /^CapEff:\s+0+$/m.test(readProc(pid, "status")),
  memory: (pid) =>
    [/^Max address space\s+34359738368\s/m, /^Max open files\s+64\s/m, /^Max file size\s+0\s/m].every(
      (limit) => limit.test(readProc(pid, "limits")),
    ),
};

/** What a process tries that may do nothing: each attempt's error code, or "done". */
const ATTEMPTS = `
  const outcomes = {};
  const attempt = (name, act) => {
    try { act(); outcomes[name] = "done"; } catch (error) { outcomes[name] = error.code; }
  };
  attempt("read", () => require("fs").readFileSync("/etc/passwd"));
  attempt("child", () => require("child_process").spawn("/bin/true").unref());
  attempt("worker", () => new (require("worker_threads").Worker)("", { eval: true }).unref());
  attempt("signal", () => process.kill(HOST_PID, 0));
  const socket2 = require("net").connect(HOST_PORT, "127.0.0.1");
  const settle = (outcome) => {
    outcomes.connect = outcome;
    send(FrameKind.Complete, execution, 0, [END, JSON.stringify(outcomes)]);
  };
  socket2.on("connect", () => settle("done")).on("error", (error) => settle(error.code));
`;

describe("each wall that this machine allows", () => {
  const active = testJail().report.walls.filter((wall) => wall.active);

  test.each(active.map(({ name }) => name))(
    "%s: stands around a runner, and is gone when left out",
    async (name) => {
      await using inside = await startRogue("");
      await using outside = await startRogue("", probeJail("full", { without: [name] }));
      expect(SIGNS[name](inside.pid as number)).toBe(true);
      expect(SIGNS[name](outside.pid as number)).toBe(false);
    },
  );

  test("a process that has escaped its isolate can do nothing inside them, and everything without", async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const attempts = ATTEMPTS.replace("HOST_PID", `${process.pid}`).replace("HOST_PORT", `${port}`);
    const tryIn = async (without: readonly WallName[] | "all"): Promise<unknown> => {
      const jail = without === "all" ? probeJail("none") : probeJail("full", { without });
      await using rogue = await startRogue(attempts, jail);
      return outcomeOf(await run(rogue, "return 1"));
    };
    const denied = "ERR_ACCESS_DENIED";
    expect(await tryIn([])).toEqual({
      read: denied,
      child: denied,
      worker: denied,
      signal: expect.stringMatching(/ESRCH|EPERM/),
      connect: expect.stringMatching(/ERR_ACCESS_DENIED|ENETUNREACH|ECONNREFUSED/),
    });
    expect(await tryIn("all")).toEqual({
      read: "done",
      child: "done",
      worker: "done",
      signal: "done",
      connect: "done",
    });
    if (active.some(({ name }) => name === "namespaces")) {
      // The wall behind the wall: without Node's permissions there still is no network.
      expect(await tryIn(["permissions"])).toMatchObject({
        connect: expect.stringMatching(/ENETUNREACH|ECONNREFUSED/),
        signal: "ESRCH",
      });
    }
  });
});
