import { SandboxError } from "../errors.ts";
import {
  type RunnerEndReason,
  RunnerProcess,
  type RunnerProcessOptions,
} from "../supervisor/runner-process.ts";

/** A spare is replaced a little later, so that starting it does not compete with the execution it was for. */
const REFILL_DELAY_MS = 20;
const RETRY_START_MS = 1_000;

export interface FleetOptions {
  readonly runnerOptions: RunnerProcessOptions;
  readonly maxRunners: number;
  readonly spareRunners: number;
  /** A clean runner has become ready. */
  readonly onSpare: () => void;
  /** A process has become ready, which took so many ms. */
  readonly onStart: (durationMs: number) => void;
  readonly onExit: (runner: RunnerProcess, reason: RunnerEndReason) => void;
  readonly onStartFailure: (error: SandboxError) => void;
}

/** The processes of a pool: starts them, keeps clean spares ready, and knows which are alive. */
export class RunnerFleet {
  readonly #options: FleetOptions;
  readonly #spares: RunnerProcess[] = [];
  /** Every process that may still be alive. */
  readonly #alive = new Set<RunnerProcess>();
  /** Processes that are not ready yet. */
  readonly #starting = new Set<Promise<RunnerProcess>>();
  readonly #ended: Partial<Record<RunnerEndReason, number>> = {};
  #refillTimer: NodeJS.Timeout | undefined;
  #started = 0;
  #startFailures = 0;
  #isClosed = false;

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  get spares(): number {
    return this.#spares.length;
  }

  get starting(): number {
    return this.#starting.size;
  }

  /** Processes that became ready since the start. */
  get started(): number {
    return this.#started;
  }

  /** Processes that did not become ready since the start. */
  get startFailures(): number {
    return this.#startFailures;
  }

  /** Processes that ended since the start, by reason. */
  get ended(): Readonly<Partial<Record<RunnerEndReason, number>>> {
    return { ...this.#ended };
  }

  /** Spares, leased ones, and those that are ending. */
  alive(): Iterable<RunnerProcess> {
    return this.#alive;
  }

  /**
   * Starts the first runner and waits for it, then the other spares.
   *
   * @throws SandboxError `RUNNER_START` when runners do not work here.
   */
  async warmUp(): Promise<void> {
    this.#addSpare(await this.#start());
    this.#refill();
  }

  takeSpare(): RunnerProcess | undefined {
    return this.#spares.shift();
  }

  /** Starts up to `wanted` runners, as many as there are places for. Gives how many it were. */
  startMore(wanted: number): number {
    const room = this.#options.maxRunners - this.#alive.size - this.#starting.size;
    const count = Math.max(0, Math.min(wanted, room));
    for (let index = 0; index < count; index++) void this.#startSpare();
    return count;
  }

  /** Replaces spares that were taken. */
  refillSoon(): void {
    if (this.#missingSpares() > 0) this.#refillAfter(REFILL_DELAY_MS);
  }

  /** Ends every process. Resolves when all are gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#refillTimer);
    // What starts just now cannot be stopped before it is known.
    await Promise.allSettled(this.#starting);
    await Promise.all([...this.#alive].map((runner) => runner.close()));
  }

  #missingSpares(): number {
    return this.#options.spareRunners - this.#spares.length - this.#starting.size;
  }

  #refill(): void {
    if (!this.#isClosed) this.startMore(this.#missingSpares());
  }

  #refillAfter(delayMs: number): void {
    this.#refillTimer ??= setTimeout(() => {
      this.#refillTimer = undefined;
      this.#refill();
    }, delayMs).unref();
  }

  async #startSpare(): Promise<void> {
    try {
      this.#addSpare(await this.#start());
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error;
      this.#startFailures++;
      this.#options.onStartFailure(error);
      this.#refillAfter(RETRY_START_MS);
    }
  }

  async #start(): Promise<RunnerProcess> {
    const since = performance.now();
    const start = RunnerProcess.start(this.#options.runnerOptions);
    this.#starting.add(start);
    try {
      const runner = await start;
      this.#started++;
      this.#options.onStart(performance.now() - since);
      this.#alive.add(runner);
      void runner.exited.then((reason) => this.#forget(runner, reason));
      return runner;
    } finally {
      this.#starting.delete(start);
    }
  }

  #addSpare(runner: RunnerProcess): void {
    if (this.#isClosed) {
      void runner.close();
      return;
    }
    this.#spares.push(runner);
    this.#options.onSpare();
  }

  #forget(runner: RunnerProcess, reason: RunnerEndReason): void {
    this.#ended[reason] = (this.#ended[reason] ?? 0) + 1;
    this.#alive.delete(runner);
    const spare = this.#spares.indexOf(runner);
    if (spare >= 0) this.#spares.splice(spare, 1);
    if (!this.#isClosed) this.#options.onExit(runner, reason);
  }
}
