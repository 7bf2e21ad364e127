import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { DatabaseError } from "../errors.ts";
import type { ServerFolders } from "./folders.ts";
import { readPostmasterFile } from "./postmaster-file.ts";
import type { ServerUser } from "./server-user.ts";

/** One run of the server. */
export interface ServerProcess {
  readonly pid: number;
  /** Resolves when it has ended, with how, in words. */
  readonly ended: Promise<string>;
  /** Fast shutdown: open transactions roll back, what was committed is kept. Resolves when it has ended. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly binaries: string;
  readonly folders: ServerFolders;
  readonly user: ServerUser | undefined;
}

/** A recovery after a crash may take its time. */
const START_TIMEOUT_MS = 120_000;
const START_POLL_MS = 5;
const STOP_TIMEOUT_MS = 15_000;
const LOG_TAIL_CHARACTERS = 4_000;

/**
 * Runs the server beneath a shell that stops it when our end of the shell's standard input closes, which the
 * operating system does even after `kill -9` of this process. The shell ends when the server does, with its status.
 */
const GUARD_SCRIPT = `
exec 3<&0
"$@" </dev/null >&2 3<&- & server=$!
echo $server
exec >&-
trap '' INT TERM HUP
{ cat <&3; kill -INT $server; } >/dev/null 2>&1 & guard=$!
exec 3<&-
wait $server; status=$?
kill -KILL $guard
exit $status
`;

const SETTINGS = {
  listen_addresses: "",
  unix_socket_permissions: "0700",
  max_connections: "60",
  shared_buffers: "64MB",
  temp_file_limit: "1GB",
  // Our statements are short; compiling them costs more than running them.
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  log_min_messages: "warning",
  // Statements hold tenants' data, which has no place in a log.
  log_min_error_statement: "panic",
};

/**
 * Starts the server and resolves when it takes connections.
 *
 * @throws DatabaseError `EMBEDDED_DATABASE_START` with the end of the server's log.
 */
export async function startServer({ binaries, folders, user }: ServerOptions): Promise<ServerProcess> {
  const settings = { ...SETTINGS, unix_socket_directories: folders.socket };
  const child = spawn(
    "/bin/sh",
    [
      "-c",
      GUARD_SCRIPT,
      "skerry-postgres",
      join(binaries, "bin", "postgres"),
      "-D",
      folders.cluster,
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    // In a group of its own, so that Ctrl-C on the terminal reaches us alone and we stop it in order.
    { ...user, cwd: "/", env: {}, stdio: ["pipe", "pipe", "pipe"], detached: true },
  );
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log = (log + text).slice(-LOG_TAIL_CHARACTERS);
  });
  child.stdin.on("error", () => {});
  const ended = once(child, "close").then(
    ([code, signal]) => [signal ?? `status ${code}`, log.trim()].filter(Boolean).join(": "),
    (error: unknown) => String(error),
  );

  const pid = Number(await Promise.race([once(createInterface(child.stdout), "line"), ended]));
  const deadline = Date.now() + START_TIMEOUT_MS;
  const isReady = () => {
    const file = readPostmasterFile(folders.cluster);
    // Another server on the same folder would have its own id there.
    return file?.ready === true && file.pid === pid;
  };
  while (!isReady() && !hasEnded(child) && Date.now() < deadline) await sleep(START_POLL_MS);

  async function stop(): Promise<void> {
    child.stdin.end();
    const timeout = new AbortController();
    const impatience = sleep(STOP_TIMEOUT_MS, undefined, { signal: timeout.signal })
      // SIGQUIT is PostgreSQL's immediate shutdown: the next start recovers from the log.
      .then(() => process.kill(pid, "SIGQUIT"))
      .catch(() => {});
    await ended;
    timeout.abort();
    await impatience;
  }

  if (isReady()) return { pid, ended, stop };
  if (!hasEnded(child)) await stop();
  throw new DatabaseError(
    "EMBEDDED_DATABASE_START",
    `The embedded PostgreSQL did not start (${await ended}).`,
  );
}

function hasEnded({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null;
}
