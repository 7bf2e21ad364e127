import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { JsonValue } from "@skerry/sandbox";
import { type Jail, findEngineAddon, spawnRunner } from "@skerry/sandbox/jail";

const TIMEOUT_MS = 8_000;

/** What an attacker in the runner's Node realm got: a value, or the error that denied it. */
export type RealmEnd =
  | { readonly value: JsonValue }
  | { readonly error: { readonly code: string; readonly message: string } }
  /** The process died of it. */
  | {
      readonly died: {
        readonly exitCode: number | null;
        readonly signal: string | null;
        readonly stderr: string;
      };
    };

/**
 * Runs the body of an async function in a process that is spawned as runners are, in place of the runner. The
 * body has `require` and `process`, as an attacker would who has left V8; like the runner, the process has loaded
 * the engine and given up the right to load more.
 */
export async function runInRealm(jail: Jail, body: string): Promise<RealmEnd> {
  const program = createProgram(body);
  const { child, socket } = spawnRunner({ jail, program, boot: {}, addonPath: findEngineAddon() });
  const timer = setTimeout(() => child.kill("SIGKILL"), TIMEOUT_MS);
  const closed = once(child, "close");
  const [answer, stderr] = await Promise.all([text(socket), child.stderr ? text(child.stderr) : "", closed]);
  clearTimeout(timer);
  if (answer !== "") return JSON.parse(answer) as RealmEnd;
  return { died: { exitCode: child.exitCode, signal: child.signalCode, stderr } };
}

function createProgram(body: string): string {
  return `
process.dlopen({ exports: {} }, globalThis.boot.addonPath);
process.permission?.drop?.("addon");
const tell = (end) => {
  const socket = new (require("node:net").Socket)({ fd: 3, readable: true, writable: true });
  const json = JSON.stringify(end, (_, value) => (typeof value === "function" ? "a function" : value));
  socket.end(json, () => process.exit(0));
};
(async () => { ${body} })().then(
  (value) => tell({ value: value ?? null }),
  (error) => tell({ error: { code: String(error?.cause?.code ?? error?.code), message: String(error?.message) } }),
);`;
}
