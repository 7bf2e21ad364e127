import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { stop as stopEsbuild } from "esbuild";
import { JAIL_ATTACKS } from "./attacks/catalogue.ts";
import { ATTACK_LIMITS } from "./attacks/limits.ts";
import { findHostTraces } from "./attacks/host-state.ts";
import { REALM_OUTCOMES } from "./attacks/jail/outcomes.ts";
import { runInRealm } from "./attacks/jail/realm.ts";
import { runBesideRunner } from "./attacks/jail/supervised.ts";
import { FULL_JAIL, createJailWithout, hasWall, requiresWall } from "./attacks/jail/walls.ts";

/** Attacks on the supervisor, with a test each below. */
const SUPERVISOR_ATTACKS = ["16", "29", "33", "35", "36"].map((number) => `jail.child-process.${number}`);

afterAll(() => stopEsbuild());

test("every attack has an outcome, and every outcome an attack", () => {
  const ids = [...REALM_OUTCOMES.keys(), ...SUPERVISOR_ATTACKS].sort();
  expect(ids).toEqual(JAIL_ATTACKS.map(({ id }) => id).sort());
});

describe("an attacker who has left V8 is denied", () => {
  test.for([...REALM_OUTCOMES])("%s", async ([id, { wall, check }], context) => {
    if (wall) requiresWall(context, wall);
    const outcome = await runInRealm(FULL_JAIL, codeOf(id));
    check(outcome);
    expect(findHostTraces(JSON.stringify(outcome))).toEqual([]);
  });

  test("jail.child-process.16: no signal reaches the supervisor or another tenant's runner", async (context) => {
    // Another user than the supervisor's is enough; without that it takes a process namespace.
    if (!hasWall("user")) requiresWall(context, "namespaces");
    const arena = fileURLToPath(new URL("attacks/jail/kill-arena.ts", import.meta.url));
    const flags = ["--no-warnings", "--conditions=@skerry/source"];
    const supervisor = spawn(process.execPath, [...flags, arena, codeOf("jail.child-process.16")], {
      detached: true,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [report] = await Promise.all([text(supervisor.stdout), once(supervisor, "close")]);
    expect(supervisor.signalCode, "the supervisor was killed").toBeNull();
    expect(JSON.parse(report)).toMatchObject({ victimLives: true });
  });
});

describe("an attacker in the runner cannot deceive the supervisor:", () => {
  test("jail.child-process.29: a forged result is nobody's result", async () => {
    const { result, endReason } = await runBesideRunner(FULL_JAIL, codeOf("jail.child-process.29"));
    expect(result).toMatchObject({ status: "failed", error: { code: "RUNNER_LOST" } });
    expect(JSON.stringify(result)).not.toContain("forged");
    expect(endReason).toBe("crashed");
  });

  test("jail.child-process.33: leaving with exit code 0 is a failure", async () => {
    const { result, endReason } = await runBesideRunner(FULL_JAIL, codeOf("jail.child-process.33"));
    expect(result).toMatchObject({ status: "failed", error: { code: "RUNNER_LOST" } });
    expect(endReason).toBe("crashed");
  });

  test.for(["jail.child-process.35", "jail.child-process.36"])(
    "%s: a loop that hears nothing is killed at its deadline",
    async (id) => {
      const { result, endReason } = await runBesideRunner(FULL_JAIL, codeOf(id));
      expect(result).toMatchObject({ status: "timeout", error: { code: "WALL_LIMIT" } });
      expect(result.usage.durationMs).toBeLessThan(ATTACK_LIMITS.wallMs + 500);
      expect(endReason).toBe("deadline");
    },
  );
});

describe("each wall holds something that is lost without it:", () => {
  test("permissions: the files that anyone may read", async () => {
    const code = codeOf("jail.child-process.01");
    expect(await runInRealm(createJailWithout("filesystem"), code)).toMatchObject({
      error: { code: "ERR_ACCESS_DENIED" },
    });
    expect(await runInRealm(createJailWithout("permissions", "filesystem"), code)).toEqual({
      value: expect.stringMatching(/^root:/),
    });
  });

  test("filesystem: that there are files at all", async (context) => {
    requiresWall(context, "filesystem");
    const code = codeOf("jail.child-process.20");
    expect(await runInRealm(createJailWithout("permissions"), codeOf("jail.child-process.01"))).toMatchObject(
      {
        error: { code: "ENOENT" },
      },
    );
    expect(await runInRealm(createJailWithout("filesystem"), code)).toEqual({ value: "/root" });
  });

  test("namespaces: the network of this machine", async (context) => {
    requiresWall(context, "namespaces");
    const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const connect = `return await new Promise((resolve, reject) =>
      require("node:net").connect(${port}, "127.0.0.1", () => resolve("connected")).on("error", reject))`;
    expect(await runInRealm(createJailWithout("permissions"), connect)).toMatchObject({
      error: { code: "ENETUNREACH" },
    });
    expect(await runInRealm(createJailWithout("permissions", "namespaces"), connect)).toEqual({
      value: "connected",
    });
  });

  test("user: the files of the supervisor's own user", async (context) => {
    requiresWall(context, "user");
    const file = join(await createFolder(), "own.txt");
    await writeFile(file, "own", { mode: 0o600 });
    const read = `return require("node:fs").readFileSync(${JSON.stringify(file)}, "utf8")`;
    expect(await runInRealm(createJailWithout("permissions", "filesystem"), read)).toMatchObject({
      error: { code: "EACCES" },
    });
    expect(await runInRealm(createJailWithout("permissions", "filesystem", "user"), read)).toEqual({
      value: "own",
    });
  });

  test("privileges: that no program can give more rights", async (context) => {
    requiresWall(context, "privileges");
    const read = `return /^NoNewPrivs:\\s+(\\d)$/m.exec(require("node:fs").readFileSync("/proc/self/status", "utf8"))[1]`;
    expect(await runInRealm(createJailWithout("permissions"), read)).toEqual({ value: "1" });
    expect(await runInRealm(createJailWithout("permissions", "privileges"), read)).toEqual({ value: "0" });
  });

  test("memory: the disk", async (context) => {
    requiresWall(context, "memory");
    const folder = await createFolder();
    const write = `process.on("SIGXFSZ", () => {});
      require("node:fs").writeFileSync(${JSON.stringify(folder)} + "/" + process.hrtime.bigint(), "text");
      return "written"`;
    expect(await runInRealm(createJailWithout("permissions", "filesystem"), write)).not.toEqual({
      value: "written",
    });
    expect(await runInRealm(createJailWithout("permissions", "filesystem", "memory"), write)).toEqual({
      value: "written",
    });
  });
});

function codeOf(id: string): string {
  const attack = JAIL_ATTACKS.find((each) => each.id === id);
  if (!attack) throw new RangeError(`There is no attack ${id}.`);
  return attack.code;
}

/** A folder that every user may write to, as /tmp is. */
async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "skerry-jail-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await chmod(folder, 0o777);
  return folder;
}
