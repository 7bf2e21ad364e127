/**
 * A supervisor of its own with two runners, one of which attacks. It runs as a process apart, in a process group
 * of its own, because the attack may take its whole group with it. Says what it sees on standard output:
 * `{ "attacker": …, "victimLives": … }`.
 */
import { once } from "node:events";
import { FULL_JAIL } from "./walls.ts";
import { findEngineAddon, spawnRunner } from "@skerry/sandbox/testing";

/** A signal arrives at once; this is for the report of a death to come through. */
const SETTLE_MS = 300;

const [body = ""] = process.argv.slice(2);
const victim = spawn("return 'up'");
await once(victim.socket, "data");
const attacker = spawn(body);
const [answer] = (await Promise.race([
  once(attacker.socket, "data"),
  once(attacker.child, "close").then(() => ["died"]),
])) as unknown[];
await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
const victimLives = victim.child.exitCode === null && victim.child.signalCode === null;
process.stdout.write(JSON.stringify({ attacker: String(answer), victimLives }));
for (const { child } of [victim, attacker]) child.kill("SIGKILL");

function spawn(code: string): ReturnType<typeof spawnRunner> {
  const program = `(async () => { ${code} })().catch((error) => error.code).then((value) => {
    const socket = new (require("node:net").Socket)({ fd: 3, readable: true, writable: true });
    socket.write(JSON.stringify(value));
    socket.resume();
  });`;
  return spawnRunner({ jail: FULL_JAIL, program, boot: {}, addonPath: findEngineAddon() });
}
