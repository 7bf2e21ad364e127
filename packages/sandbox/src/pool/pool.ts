import { bareGuestBundle, runnerBundle } from "#bundles";
import type { CapabilityTable, ExecutionRequest, ExecutionResult, RunnerSource } from "../execution.ts";
import { SandboxError } from "../errors.ts";
import { DEFAULT_LIMITS, createUsage } from "../limits.ts";
import { findEngineAddon } from "../supervisor/addon.ts";
import { CpuAccount } from "../supervisor/cpu-account.ts";
import { FreeProcessor } from "../supervisor/free-processor.ts";
import { GuestSnapshot } from "../supervisor/guest-snapshot.ts";
import { Intake } from "../supervisor/intake.ts";
import { type IsolationReport, probeJail } from "../supervisor/isolation.ts";
import type { RunnerEndReason, RunnerProcess, RunnerProcessOptions } from "../supervisor/runner-process.ts";
import { FairQueue } from "./fair-queue.ts";
import { RunnerFleet } from "./fleet.ts";
import { type RunnerPoolOptions, defaultMaxRunners } from "./options.ts";
import { RestartPauses } from "./restart-pauses.ts";

const DEFAULT_SPARE_RUNNERS = 2;
const DEFAULT_IDLE_RETIRE_MS = 60_000;
const DEFAULT_QUEUE_TIMEOUT_MS = 10_000;
const DEFAULT_MAX_RESTART_PAUSE_MS = 2_000;
/** Executions of one depth that one runner takes at once; further ones wait in the pool. */
const MAX_LOAD = 32;
/** Sum of the memory limits of executions that one runner takes at once, in MiB, where nobody waits for them. */
const MAX_LOAD_MB = 1_024;
/** The same for each depth of executions that others wait for. */
const MAX_NESTED_LOAD_MB = 512;
/** Most bytes of input, body included; what is larger belongs into storage. */
const MAX_INPUT_BYTES = 16 * 1024 * 1024;
/** How long executions under way may take to end when the pool closes. */
const DEFAULT_DRAIN_MS = 0;

/** Counters since the start, and what is there now. */
export interface PoolStats {
  readonly spares: number;
  /** Runners that belong to a tenant, and those of them without work. */
  readonly leased: number;
  readonly idle: number;
  readonly starting: number;
  /** Most runners at a time. */
  readonly maxRunners: number;
  readonly waiting: number;
  readonly running: number;
  readonly started: number;
  /** Processes that did not become ready. */
  readonly startFailures: number;
  /** Executions that their tenant's own runner took at once. */
  readonly hits: number;
  /** Leases served by a spare, and leases that had to wait for a process start. */
  readonly warmLeases: number;
  readonly coldLeases: number;
  readonly ended: Readonly<Partial<Record<RunnerEndReason, number>>>;
}

/** One runner, as it is now. A clean spare has no tenant. */
export interface RunnerState {
  readonly tenant: string | undefined;
  readonly pid: number | undefined;
  /** Executions under way. */
  readonly load: number;
  /** When its process began to start, in ms since the epoch. */
  readonly startedAt: number;
  /** Resident; undefined where the system does not tell. */
  readonly memoryBytes: number | undefined;
}

/** An execution that waits for a runner. */
interface Waiting {
  readonly tenant: string;
  readonly depth: number;
  readonly request: ExecutionRequest;
  /** Ends the wait by starting it. */
  readonly start: (runner: RunnerProcess, source: RunnerSource) => void;
  /** Ends the wait without a runner. */
  readonly giveUp: (error: SandboxError) => void;
}

/**
 * Runners for many tenants. A runner is leased to one tenant and never handed on; clean spares wait for tenants
 * that have none; the longest idle runner makes room when the pool is full, and when none is idle the one used
 * least recently is drained, so that nobody waits for ever.
 */
export class RunnerPool implements AsyncDisposable {
  readonly isolation: IsolationReport;
  readonly #fleet: RunnerFleet;
  readonly #maxRunners: number;
  readonly #idleRetireMs: number;
  /** By tenant, in the order of last use. */
  readonly #leased = new Map<string, RunnerProcess>();
  readonly #idleSince = new Map<RunnerProcess, number>();
  /** Busy ones that take no more work, so that their places become free. */
  readonly #draining = new Set<RunnerProcess>();
  /** By tenant: those that have a runner, and those whose last one used more than is paid back yet. */
  readonly #accounts = new Map<string, CpuAccount>();
  readonly #restartPauses: RestartPauses;
  readonly #freeProcessor = new FreeProcessor();
  readonly #queue = new FairQueue<Waiting>();
  readonly #retireTimer: NodeJS.Timeout;
  #hits = 0;
  #warmLeases = 0;
  #coldLeases = 0;
  #isClosed = false;
  #onQuiet: (() => void) | undefined;

  /** Use {@link createRunnerPool}. */
  constructor(options: RunnerPoolOptions, runnerOptions: RunnerProcessOptions) {
    this.isolation = runnerOptions.jail.report;
    const maxRunners = options.maxRunners ?? defaultMaxRunners();
    this.#maxRunners = maxRunners;
    this.#fleet = new RunnerFleet({
      runnerOptions: { ...runnerOptions, freeProcessor: this.#freeProcessor, intake: new Intake() },
      maxRunners,
      spareRunners: Math.min(options.spareRunners ?? DEFAULT_SPARE_RUNNERS, maxRunners),
      onSpare: () => this.#serve(),
      onStart: options.onRunnerStart ?? (() => {}),
      onExit: (runner, reason) => this.#forget(runner, reason),
      onStartFailure: (error) => {
        for (const waiting of this.#queue.drain()) waiting.giveUp(error);
      },
    });
    this.#restartPauses = new RestartPauses({
      maxPauseMs: options.maxRestartPauseMs ?? DEFAULT_MAX_RESTART_PAUSE_MS,
      onEnd: () => this.#serve(),
    });
    this.#idleRetireMs = options.idleRetireMs ?? DEFAULT_IDLE_RETIRE_MS;
    this.#retireTimer = setInterval(() => this.#cleanUp(), Math.max(20, this.#idleRetireMs / 4)).unref();
  }

  /**
   * Runs a program for a tenant. How the guest ends is a result, never a rejection.
   *
   * @throws SandboxError `QUEUE_TIMEOUT` when no runner became free in time, `RUNNER_START`, `POOL_CLOSED`.
   */
  async execute(request: ExecutionRequest): Promise<ExecutionResult> {
    if (this.#isClosed) throw new SandboxError("POOL_CLOSED", "the pool is closed");
    if (request.signal?.aborted) return cancelledWhileWaiting(0);
    const inputBytes = request.input.json.length + (request.input.body?.byteLength ?? 0);
    if (inputBytes > MAX_INPUT_BYTES) return refusedForInput(inputBytes);
    const since = performance.now();
    const own = this.#freeRunnerOf(request);
    if (own) this.#hits++;
    const runner = own ?? this.#leaseWarm(request.tenant);
    if (!runner) return this.#wait(request, since);
    return this.#run(runner, request, since, own ? "hit" : "spare");
  }

  stats(): PoolStats {
    let running = 0;
    let idle = 0;
    for (const runner of this.#fleet.alive()) running += runner.load;
    for (const runner of this.#leased.values()) if (runner.load === 0) idle++;
    const { spares, starting, started, startFailures, ended } = this.#fleet;
    return {
      spares,
      starting,
      started,
      startFailures,
      ended,
      leased: this.#leased.size,
      idle,
      maxRunners: this.#maxRunners,
      waiting: this.#queue.size,
      running,
      hits: this.#hits,
      warmLeases: this.#warmLeases,
      coldLeases: this.#coldLeases,
    };
  }

  /** The runners that are alive, for people who watch an installation. */
  runners(): RunnerState[] {
    return [...this.#fleet.alive()].map(({ tenant, pid, load, startedAt, memoryBytes }) => ({
      tenant,
      pid,
      load,
      startedAt,
      memoryBytes,
    }));
  }

  /**
   * Refuses new work, lets what runs go on for `drainMs`, then ends every process. Resolves when all are gone.
   * What waits for a runner is refused with `POOL_CLOSED`.
   */
  async close({ drainMs = DEFAULT_DRAIN_MS } = {}): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#retireTimer);
    this.#restartPauses[Symbol.dispose]();
    for (const waiting of this.#queue.drain()) {
      waiting.giveUp(new SandboxError("POOL_CLOSED", "the pool is closing"));
    }
    await this.#quiet(drainMs);
    await this.#fleet.close();
    await this.#freeProcessor[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Resolves when nothing runs any more, or after `drainMs`. */
  async #quiet(drainMs: number): Promise<void> {
    if (drainMs === 0 || this.stats().running === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, drainMs);
      this.#onQuiet = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Starts the spares; called once. */
  warmUp(): Promise<void> {
    return this.#fleet.warmUp();
  }

  #freeRunnerOf({ tenant, limits, depth = 0 }: ExecutionRequest): RunnerProcess | undefined {
    const runner = this.#leased.get(tenant);
    if (!runner || runner.isRetired) return undefined;
    // A draining runner becomes idle only when those end that wait for others.
    if (depth === 0 && this.#draining.has(runner)) return undefined;
    const { count, memoryMb } = runner.loadAt(depth);
    const maxMb = depth === 0 ? MAX_LOAD_MB : MAX_NESTED_LOAD_MB;
    const isFree = count === 0 || (count < MAX_LOAD && memoryMb + limits.memoryMb <= maxMb);
    return isFree ? runner : undefined;
  }

  async #run(
    runner: RunnerProcess,
    request: ExecutionRequest,
    since: number,
    source: RunnerSource,
  ): Promise<ExecutionResult> {
    const { tenant } = request;
    this.#idleSince.delete(runner);
    // Behind all others: the order of the map is the order of last use.
    this.#leased.delete(tenant);
    this.#leased.set(tenant, runner);
    this.#freeProcessor.note(tenant);
    const queuedMs = performance.now() - since;
    request.onStart?.(source);
    const result = await runner.execute(request);
    result.usage.queuedMs = queuedMs;
    if (runner.load === 0) this.#onRunnerIdle(tenant, runner);
    if (this.#queue.size > 0) this.#serve();
    return result;
  }

  #onRunnerIdle(tenant: string, runner: RunnerProcess): void {
    if (this.#draining.has(runner)) {
      // Its tenant had its turn: those whom it makes room for come first.
      this.#queue.rotate(tenant);
      void runner.close();
    } else if (!runner.isRetired) {
      this.#idleSince.set(runner, performance.now());
    }
    if (this.#onQuiet && this.stats().running === 0) this.#onQuiet();
  }

  #wait(request: ExecutionRequest, since: number): Promise<ExecutionResult> {
    return new Promise((resolve, reject) => {
      const { tenant, depth = 0, signal, queueTimeoutMs = DEFAULT_QUEUE_TIMEOUT_MS } = request;
      const leave = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", cancel);
        this.#queue.delete(waiting);
      };
      const waiting: Waiting = {
        tenant,
        depth,
        request,
        start: (runner, source) => {
          leave();
          resolve(this.#run(runner, request, since, source));
        },
        giveUp: (error) => {
          leave();
          reject(error);
        },
      };
      const timer = setTimeout(() => {
        const message = `no runner became free for tenant "${tenant}" within ${queueTimeoutMs} ms`;
        waiting.giveUp(new SandboxError("QUEUE_TIMEOUT", message));
      }, queueTimeoutMs);
      const cancel = (): void => {
        leave();
        resolve(cancelledWhileWaiting(performance.now() - since));
      };
      signal?.addEventListener("abort", cancel);
      this.#queue.add(waiting);
      this.#serve();
    });
  }

  /** Gives waiting executions what is free, one per tenant and turn, and makes room for tenants without a runner. */
  #serve(): void {
    let isProgress = true;
    while (isProgress) {
      isProgress = false;
      for (const tenant of this.#queue.tenants()) isProgress = this.#serveTenant(tenant) || isProgress;
    }
    this.#makeRoom();
    this.#fleet.refillSoon();
  }

  #serveTenant(tenant: string): boolean {
    const waiting = this.#queue.firstOf(tenant);
    if (!waiting) return false;
    const own = this.#freeRunnerOf(waiting.request);
    const runner = own ?? this.#leaseCold(tenant);
    if (!runner) return false;
    waiting.start(runner, own ? "hit" : "cold");
    this.#queue.rotate(tenant);
    return true;
  }

  #leaseWarm(tenant: string): RunnerProcess | undefined {
    const runner = this.#leaseSpare(tenant);
    if (!runner) return undefined;
    this.#warmLeases++;
    this.#fleet.refillSoon();
    return runner;
  }

  #leaseCold(tenant: string): RunnerProcess | undefined {
    const runner = this.#leaseSpare(tenant);
    if (runner) this.#coldLeases++;
    return runner;
  }

  #leaseSpare(tenant: string): RunnerProcess | undefined {
    if (!this.#needsRunner(tenant)) return undefined;
    const runner = this.#fleet.takeSpare();
    if (!runner) return undefined;
    runner.lease(tenant, this.#accountOf(tenant));
    this.#leased.set(tenant, runner);
    return runner;
  }

  #accountOf(tenant: string): CpuAccount {
    const account = this.#accounts.get(tenant) ?? new CpuAccount();
    this.#accounts.set(tenant, account);
    return account;
  }

  /** Starts runners for tenants that wait without one, and frees places for them where the pool is full. */
  #makeRoom(): void {
    let missing =
      this.#queue.tenants().filter((tenant) => this.#needsRunner(tenant)).length - this.#fleet.starting;
    missing -= this.#fleet.startMore(missing);
    // The place of what is ending becomes free without more.
    for (const runner of this.#fleet.alive()) if (runner.isRetired) missing--;
    this.#draining.clear();
    if (missing <= 0) return;
    const leased = [...this.#leased].filter(([, runner]) => !runner.isRetired);
    const idle = leased.filter(([, runner]) => runner.load === 0).slice(0, missing);
    for (const [tenant, runner] of idle) this.#evict(tenant, runner);
    const busy = leased.filter(([, runner]) => runner.load > 0).slice(0, missing - idle.length);
    for (const [, runner] of busy) this.#draining.add(runner);
  }

  #needsRunner(tenant: string): boolean {
    return this.#leased.get(tenant)?.isRetired !== false && !this.#restartPauses.isPaused(tenant);
  }

  #evict(tenant: string, runner: RunnerProcess): void {
    this.#leased.delete(tenant);
    this.#idleSince.delete(runner);
    void runner.close();
  }

  #forget(runner: RunnerProcess, reason: RunnerEndReason): void {
    this.#draining.delete(runner);
    this.#idleSince.delete(runner);
    const { tenant } = runner;
    if (tenant !== undefined) {
      if (this.#leased.get(tenant) === runner) this.#leased.delete(tenant);
      this.#restartPauses.note(tenant, reason);
    }
    this.#serve();
  }

  #cleanUp(): void {
    this.#retireIdle();
    this.#restartPauses.forgetOld();
    for (const [tenant, account] of this.#accounts) {
      if (account.isClear && !this.#leased.has(tenant)) this.#accounts.delete(tenant);
    }
  }

  #retireIdle(): void {
    const before = performance.now() - this.#idleRetireMs;
    for (const [runner, since] of this.#idleSince) {
      if (since <= before && runner.tenant !== undefined) this.#evict(runner.tenant, runner);
    }
  }
}

/**
 * Starts a pool with its spares.
 *
 * @throws SandboxError `ISOLATION_UNAVAILABLE` under `strict` isolation, `RUNNER_START` when runners do not work here.
 */
export async function createRunnerPool(options: RunnerPoolOptions = {}): Promise<RunnerPool> {
  const capabilities: CapabilityTable = new Map(
    options.capabilities?.map((capability) => [capability.name, capability]),
  );
  const jail = probeJail(options.isolation ?? "full");
  const pool = new RunnerPool(options, {
    jail,
    program: await runnerBundle(),
    boot: {
      guestBundle: options.guestBundle ?? (await bareGuestBundle()),
      memoryMb: DEFAULT_LIMITS.memoryMb,
    },
    snapshot: new GuestSnapshot(),
    addonPath: findEngineAddon(),
    capabilities,
    onCapabilityFailure: options.onCapabilityFailure ?? (() => {}),
  });
  try {
    await pool.warmUp();
    return pool;
  } catch (error) {
    await pool.close();
    throw error;
  }
}

function refusedForInput(bytes: number): ExecutionResult {
  const message = `the input has ${bytes} bytes, at most ${MAX_INPUT_BYTES} are allowed`;
  return { status: "failed", error: { code: "INPUT_LIMIT", message }, usage: createUsage() };
}

function cancelledWhileWaiting(queuedMs: number): ExecutionResult {
  return {
    status: "cancelled",
    error: { code: "CANCELLED", message: "the execution was cancelled while it waited for a runner" },
    usage: { ...createUsage(), queuedMs },
  };
}
