/**
 * A supervisor of its own with two runners, one of which attacks with signals. It is a process apart, in a process
 * group of its own, because the attack may take its whole group with it.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { IsolationPolicy } from "@skerry/sandbox";
import { type Jail, findEngineAddon, probeJail, spawnRunner } from "@skerry/sandbox/jail";

const TIMEOUT_MS = 10_000;
/** Answers whatever comes, after the word that it is there. */
const VICTIM = 'socket.on("data", () => socket.write("alive")); tell("up");';

/** Who is left after an attack with signals. */
export interface Survivors {
  readonly supervisor: boolean;
  readonly otherRunner: boolean;
}

/** Runs the body of an async function in the Node realm of one of two runners. */
export async function runBesideOtherRunner(isolation: IsolationPolicy, body: string): Promise<Survivors> {
  const supervisor = fork(fileURLToPath(import.meta.url), [isolation, body], {
    detached: true,
    timeout: TIMEOUT_MS,
    killSignal: "SIGKILL",
  });
  const closed = once(supervisor, "close");
  const told = await Promise.race([once(supervisor, "message"), closed.then(() => undefined)]);
  await closed;
  if (told === undefined) return { supervisor: false, otherRunner: false };
  return { supervisor: true, otherRunner: told[0] === "alive" };
}

/** The supervisor: tells its parent what the victim said after the attack. */
async function supervise(isolation: IsolationPolicy, body: string): Promise<void> {
  const jail = probeJail(isolation);
  const victim = spawnProgram(jail, VICTIM);
  await once(victim.socket, "data");
  const attacker = spawnProgram(
    jail,
    `(async () => { ${body} })().catch((error) => error.code).then((value) => tell(String(value)));`,
  );
  await Promise.race([once(attacker.socket, "data"), once(attacker.child, "close")]);
  victim.socket.write("?");
  const answer = once(victim.socket, "data").then(String);
  const said = await Promise.race([answer, once(victim.child, "close").then(() => "gone")]);
  for (const { child } of [victim, attacker]) child.kill("SIGKILL");
  process.send?.(said);
  process.disconnect?.();
}

function spawnProgram(jail: Jail, code: string): ReturnType<typeof spawnRunner> {
  const program = `
const socket = new (require("node:net").Socket)({ fd: 3, readable: true, writable: true });
const tell = (value) => socket.write(value);
${code}
socket.resume();`;
  const runner = spawnRunner({ jail, program, boot: {}, addonPath: findEngineAddon() });
  // Whoever is killed breaks the pipe; what came of it is told by the end of the process.
  runner.socket.on("error", () => {});
  return runner;
}

const [isolation, body] = process.argv.slice(2);
if (import.meta.main && isolation !== undefined && body !== undefined) {
  await supervise(isolation as IsolationPolicy, body);
}
