import { readdirSync, writeFileSync } from "node:fs";
import { constants, setPriority } from "node:os";
import type { CpuAccount } from "./cpu-account.ts";
import type { FreeProcessor } from "./free-processor.ts";
import { readCpuMs } from "./proc.ts";

/** About a thirtieth of the usual weight: little beside those who use little, and never nothing. */
const YIELDING_NICE = 15;
/**
 * So many bytes that a process sends are charged as one ms: what reading, checking and collecting them takes, some times
 * over, because the host has one thread for all tenants.
 */
const BYTES_PER_MS = 32 * 1024;

/**
 * Charges what a process uses to its tenant's account, and lets it yield to others while the account is overdrawn.
 * That has an effect only where there are not processors enough for all.
 */
export class CpuShare {
  readonly #pid: number;
  readonly #account: CpuAccount;
  readonly #freeProcessor: FreeProcessor | undefined;
  #countedMs: number;
  #isYielding = false;

  constructor(pid: number, account: CpuAccount, freeProcessor?: FreeProcessor) {
    this.#pid = pid;
    this.#account = account;
    this.#freeProcessor = freeProcessor;
    this.#countedMs = readCpuMs(pid) ?? 0;
    this.settle();
  }

  /** Charges what was used since the last time. */
  charge(): void {
    const usedMs = readCpuMs(this.#pid) ?? this.#countedMs;
    this.#account.charge(usedMs - this.#countedMs);
    this.#countedMs = usedMs;
    this.settle();
  }

  /** Whether the process yields to others. */
  get isYielding(): boolean {
    return this.#isYielding;
  }

  /** Charges what the host had to do for what the process sent. */
  chargeBytes(bytes: number): void {
    this.#account.charge(bytes / BYTES_PER_MS);
    this.settle();
  }

  /** Makes the priority what the account says. */
  settle(): void {
    const { isOverdrawn } = this.#account;
    if (isOverdrawn === this.#isYielding) return;
    this.#isYielding = isOverdrawn;
    setNice(this.#pid, isOverdrawn ? YIELDING_NICE : constants.priority.PRIORITY_NORMAL);
    if (isOverdrawn) this.#freeProcessor?.keepOff(this.#pid);
    else this.#freeProcessor?.letOn(this.#pid);
  }
}

/**
 * Linux weighs sessions against each other where it groups tasks by session (sched(7), "The autogroup feature"), else
 * threads. Anyone may take back what was said of a session; of a thread only root may, so nobody else begins it. Where
 * neither can be done nothing happens.
 */
function setNice(pid: number, nice: number): void {
  attempt(() => writeFileSync(`/proc/${pid}/autogroup`, `${nice}`));
  if (process.getuid?.() !== 0) return;
  attempt(() => {
    for (const thread of readdirSync(`/proc/${pid}/task`)) setPriority(Number(thread), nice);
  });
}

function attempt(change: () => void): void {
  try {
    change();
  } catch {
    // Another system, or the process is gone.
  }
}
