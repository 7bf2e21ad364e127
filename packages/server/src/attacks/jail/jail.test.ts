import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Jail, type WallName, probeJail } from "@skerry/sandbox/jail";
import { type TestContext, afterAll, describe, expect, onTestFinished, test } from "vitest";
import { testAttacks } from "../../../test/attack-tests.ts";
import { ATTACKS, type Attack, kindOf, selectAttacks } from "../catalogue.ts";
import { createAttackSuite } from "../suite.ts";
import { runInRealm } from "./realm.ts";

const FULL_JAIL = probeJail("full");

const suite = createAttackSuite();

afterAll(() => suite[Symbol.asyncDispose]());

describe("an attacker who has left V8 is contained", () => {
  testAttacks(
    suite,
    ATTACKS.filter((attack) => kindOf(attack) === "jail"),
  );
});

test("what the realm gets beyond what it may have is not contained", async () => {
  const attack = { ...attackOf("jail.child-process.24"), code: "return ['SECRET']" };
  const detail = 'got ["SECRET"], not ["TZ"]';
  expect(await suite.run(attack)).toMatchObject({ verdict: "not-contained", detail });
});

test("where the walls around the process are switched off, attacks on them are not shown", async () => {
  await using open = createAttackSuite({ isolation: "none" });
  const results = [];
  for (const id of ["jail.child-process.01", "jail.child-process.16", "jail.child-process.33"]) {
    results.push(await open.run(attackOf(id)));
  }
  expect(results.map(({ verdict }) => verdict)).toEqual(["not-shown", "not-shown", "contained"]);
  expect(results[0]?.detail).toMatch(/^permissions: switched off/);
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
  return attackOf(id).code;
}

function attackOf(id: string): Attack {
  const [attack] = selectAttacks([id]);
  if (attack === undefined) throw new RangeError(`There is no attack ${id}.`);
  return attack;
}

/** The full jail less some walls: what remains has to hold, or has to be seen to break. */
function createJailWithout(...without: readonly WallName[]): Jail {
  return probeJail("full", { without });
}

/** Skips a test that shows what a wall holds where the machine has no such wall, and says so in the output. */
function requiresWall({ task, skip }: TestContext, name: WallName): void {
  const wall = FULL_JAIL.report.walls.find((each) => each.name === name);
  if (wall?.active) return;
  const note = `NOT SHOWN: "${task.name}" needs the wall "${name}": ${wall?.detail}`;
  process.stderr.write(`${note}\n`);
  skip(note);
}

/** A folder that every user may write to, as /tmp is. */
async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "skerry-jail-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await chmod(folder, 0o777);
  return folder;
}
