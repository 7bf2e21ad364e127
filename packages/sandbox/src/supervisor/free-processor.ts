import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";

/** Reads lines of a list of processors and a process, for as long as there are any. */
const PIN_SCRIPT = 'while read -r list pid; do taskset --all-tasks --cpu-list --pid "$list" "$pid"; done';

/** How long after two tenants took turns it is supposed that both are still there. */
const CONTEST_MS = 10_000;

/**
 * Keeps processes off one of the processors while tenants take turns, so that others find one that those do not hold; a
 * tenant that is alone may have them all. A priority does not do that:
 * it shares the time out, but who has just woken waits until those that run have had their slices, some ms each.
 *
 * Needs Linux, util-linux and two processors; elsewhere nothing happens. Processes are moved by a shell that is
 * started once, because starting a program from here for each would stop the event loop for 10 ms and more.
 */
export class FreeProcessor implements AsyncDisposable {
  readonly #all: readonly number[] = readProcessors();
  readonly #shell: ChildProcess | undefined;
  readonly #kept = new Set<number>();
  #isContested = false;
  #contestedUntil = -Infinity;
  #lastTenant: string | undefined;

  constructor() {
    if (this.#all.length < 2) return;
    this.#shell = spawn("sh", ["-c", PIN_SCRIPT], { cwd: "/", stdio: ["pipe", "ignore", "ignore"] });
    // Without a shell everything goes on as it would on another system.
    this.#shell.on("error", () => {});
    this.#shell.stdin?.on("error", () => {});
  }

  /** Notes for whom work begins. */
  note(tenant: string): void {
    const now = performance.now();
    if (tenant !== (this.#lastTenant ?? tenant)) this.#contestedUntil = now + CONTEST_MS;
    this.#lastTenant = tenant;
    const isContested = now < this.#contestedUntil;
    if (isContested === this.#isContested) return;
    this.#isContested = isContested;
    for (const pid of this.#kept) this.#pin(pid);
  }

  /** From now on the process and those that it starts run on the other processors. */
  keepOff(pid: number): void {
    this.#kept.add(pid);
    if (this.#isContested) this.#pin(pid);
  }

  /** The process may run everywhere again. */
  letOn(pid: number): void {
    this.#kept.delete(pid);
    this.#pin(pid);
  }

  /** The process is gone; its number may be another's soon. */
  forget(pid: number): void {
    this.#kept.delete(pid);
  }

  #pin(pid: number): void {
    const processors = this.#isContested && this.#kept.has(pid) ? this.#all.slice(1) : this.#all;
    this.#shell?.stdin?.write(`${processors.join(",")} ${pid}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const shell = this.#shell;
    if (shell?.pid === undefined || shell.exitCode !== null || shell.signalCode !== null) return;
    shell.stdin?.end();
    await once(shell, "exit");
  }
}

/** The processors that this process may run on, in order; none where the system does not tell. */
function readProcessors(): number[] {
  try {
    const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "";
    return list.split(",").flatMap(expandRange);
  } catch {
    return [];
  }
}

/** `2-4` or `7`, as in cpuset(7), "List format". */
function expandRange(range: string): number[] {
  const [first = NaN, last = first] = range.split("-").map(Number);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
