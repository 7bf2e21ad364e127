import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { ExecutionFailure, ExecutionRequest, ExecutionResult } from "../execution.ts";
import { Channel } from "../protocol/channel.ts";
import { type Frame, FrameKind } from "../protocol/frame.ts";
import type { StartHead } from "../protocol/messages.ts";
import { SandboxError } from "../errors.ts";
import { CpuAccount } from "./cpu-account.ts";
import { CpuShare } from "./cpu-share.ts";
import type { FreeProcessor } from "./free-processor.ts";
import type { GuestSnapshot } from "./guest-snapshot.ts";
import type { Intake } from "./intake.ts";
import { Job, type JobOptions } from "./job.ts";
import { residentCapMb, restingCapMb, saysOutOfMemory } from "./memory.ts";
import { describeMemoryLimit, MemoryGrowth } from "./memory-growth.ts";
import { findInnermost, readResidentBytes } from "./proc.ts";
import { type SpawnOptions, spawnRunner } from "./spawn.ts";

const START_TIMEOUT_MS = 10_000;
const WATCH_EVERY_MS = 20;
/** How much later than its own deadline an execution is ended from outside. */
const GRACE_MS = 400;
/** Memory at rest is looked at this often at most, because many an execution takes less time than the look. */
const REST_LOOK_EVERY_MS = 50;
const PING_EVERY_MS = 1_000;
const SILENCE_MS = 5_000;
const MEBIBYTE = 1024 * 1024;
const MAX_FRAME_BYTES = 32 * MEBIBYTE;
const MAX_UNREAD_BYTES = 256 * MEBIBYTE;
/** A runner that has seen so many programs is replaced, because it keeps the text of each. */
const MAX_PROGRAMS = 200;
const MAX_STDERR_CHARS = 4_096;

export interface RunnerProcessOptions
  extends SpawnOptions, Pick<JobOptions, "capabilities" | "onCapabilityFailure"> {
  /** Kept free of starting runners and of those of overdrawn tenants. Default: none. */
  readonly freeProcessor?: FreeProcessor;
  /** How fast overdrawn tenants are read. Default: as fast as all others. */
  readonly intake?: Intake;
  /** Shared with other runners of the same guest bundle. Default: this one makes its own. */
  readonly snapshot?: GuestSnapshot;
}

/** Why a runner was ended, for metrics. */
export type RunnerEndReason =
  "closed" | "deadline" | "memory" | "silent" | "protocol" | "spoiled" | "filled" | "crashed";

/**
 * One runner process, from outside. It is leased to one tenant once and for all. Whatever happens to the
 * process, every execution that was given to it ends with a result.
 */
export class RunnerProcess {
  /** Settles when the process is gone, for whatever reason. */
  readonly exited: Promise<RunnerEndReason>;
  /** When its process began to start, in ms since the epoch. */
  readonly startedAt = Date.now();
  readonly #child: ChildProcess;
  readonly #channel: Channel;
  readonly #options: RunnerProcessOptions;
  readonly #jobs = new Map<number, Job>();
  readonly #programs = new Set<string>();
  #tenant: string | undefined;
  #cpuShare: CpuShare | undefined;
  #ready!: () => void;
  #isReady = false;
  /** What it made before it was ready. */
  #madeSnapshot: Uint8Array | undefined;
  #lastJobId = 0;
  #watch: NodeJS.Timeout | undefined;
  #lastHeard = performance.now();
  #lastPing = 0;
  #openPings = 0;
  #lastRestLook = 0;
  #restingBytes: number | undefined;
  #memoryNeedMb = 0;
  #stderr = "";
  #endReason: RunnerEndReason | undefined;
  #isRetired = false;
  #hasExited = false;
  #pid: number | undefined;

  private constructor(options: RunnerProcessOptions) {
    this.#options = options;
    const snapshot = options.snapshot?.bytes;
    const boot = snapshot ? { ...options.boot, guestBundle: undefined } : options.boot;
    const { child, socket } = spawnRunner({ ...options, boot });
    this.#child = child;
    if (child.pid !== undefined) options.freeProcessor?.keepOff(child.pid);
    this.exited = new Promise((settle) => {
      child.on("error", (error) => (this.#stderr += error.message));
      child.on("close", (code, signal) => {
        this.#onExit(code, signal);
        settle(this.#endReason as RunnerEndReason);
      });
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-MAX_STDERR_CHARS);
    });
    this.#channel = new Channel(socket, {
      maxFrameBytes: MAX_FRAME_BYTES,
      maxUnreadBytes: MAX_UNREAD_BYTES,
      onFrame: (frame) => this.#handle(frame),
      pace: (bytes) => this.#pace(bytes),
      onViolation: (reason) => this.#violate(reason),
    });
    if (snapshot) this.#channel.send(FrameKind.Snapshot, 0, 0, [snapshot]);
  }

  /**
   * Starts a runner and waits until it can take work.
   *
   * @throws SandboxError `RUNNER_START` with what the process said.
   */
  static async start(options: RunnerProcessOptions): Promise<RunnerProcess> {
    const runner = new RunnerProcess(options);
    const ready = new Promise<boolean>((resolve) => {
      runner.#ready = () => resolve(true);
    });
    const timer = AbortSignal.timeout(START_TIMEOUT_MS);
    const isReady = await Promise.race([
      ready,
      runner.exited.then(() => false),
      once(timer, "abort").then(() => false),
    ]);
    if (isReady) {
      if (runner.#child.pid !== undefined) options.freeProcessor?.forget(runner.#child.pid);
      if (runner.pid !== undefined) options.freeProcessor?.letOn(runner.pid);
      return runner;
    }
    runner.#kill("crashed");
    await runner.exited;
    // One that was only slow says nothing of what it was to start from.
    if (!timer.aborted) options.snapshot?.forget();
    throw new SandboxError(
      "RUNNER_START",
      `a runner process did not start: ${runner.#stderr.trim() || "no answer"}`,
    );
  }

  /** The tenant whose this runner is; undefined for a clean spare. */
  get tenant(): string | undefined {
    return this.#tenant;
  }

  /** Executions under way. */
  get load(): number {
    return this.#jobs.size;
  }

  /** Memory limits of the executions under way, in MiB. */
  get loadMb(): number {
    let sum = 0;
    for (const job of this.#jobs.values()) sum += job.request.limits.memoryMb;
    return sum;
  }

  /** Executions under way for which so many others wait, and their memory limits in MiB. */
  loadAt(depth: number): { readonly count: number; readonly memoryMb: number } {
    let count = 0;
    let memoryMb = 0;
    for (const { request } of this.#jobs.values()) {
      if ((request.depth ?? 0) !== depth) continue;
      count++;
      memoryMb += request.limits.memoryMb;
    }
    return { count, memoryMb };
  }

  /** It takes no more work: it has ended, is being ended, or cannot be trusted to stop what it runs. */
  get isRetired(): boolean {
    return this.#isRetired;
  }

  /** The process that holds the isolates, inside its wrappers. */
  get pid(): number | undefined {
    this.#pid ??= this.#child.pid === undefined ? undefined : findInnermost(this.#child.pid);
    return this.#pid;
  }

  /** Resident memory; undefined where the system does not tell. */
  get memoryBytes(): number | undefined {
    return this.pid === undefined ? undefined : readResidentBytes(this.pid);
  }

  /** Gives the runner to a tenant for its whole life. What it uses is charged to the tenant's account. */
  lease(tenant: string, account = new CpuAccount()): void {
    if (this.#tenant !== undefined) throw new Error(`runner is leased to ${this.#tenant} already`);
    this.#tenant = tenant;
    this.#restingBytes = this.memoryBytes;
    if (this.pid !== undefined) this.#cpuShare = new CpuShare(this.pid, account, this.#options.freeProcessor);
  }

  /** Runs one execution of the tenant whose the runner is. Never rejects. */
  execute(request: ExecutionRequest): Promise<ExecutionResult> {
    if (request.tenant !== this.#tenant)
      throw new Error(`runner of ${this.#tenant} was given work of ${request.tenant}`);
    const { capabilities, onCapabilityFailure } = this.#options;
    const job = new Job({
      id: ++this.#lastJobId,
      request,
      channel: this.#channel,
      capabilities,
      memory: new MemoryGrowth(() => this.memoryBytes, this.#restingBytes),
      onCapabilityFailure,
      onViolation: (reason) => this.#violate(reason),
      onEnd: (ended) => this.#forget(ended),
    });
    this.#jobs.set(job.id, job);
    if (this.#jobs.size > 1) for (const { memory } of this.#jobs.values()) memory.giveUp();
    this.#memoryNeedMb = Math.max(this.#memoryNeedMb, this.loadMb);
    this.#watch ??= setInterval(() => this.#look(), WATCH_EVERY_MS);
    this.#cpuShare?.settle();
    if (this.#endReason !== undefined || this.#hasExited) job.fail(lost("the runner had ended"));
    else this.#send(job);
    return job.result;
  }

  /** Ends the process at once; executions under way fail. */
  close(): Promise<unknown> {
    this.#kill("closed");
    return this.exited;
  }

  #send({ id, request }: Job): void {
    const { program, limits, input } = request;
    if (!this.#programs.has(program.id)) {
      this.#programs.add(program.id);
      if (this.#programs.size >= MAX_PROGRAMS) this.#isRetired = true;
      this.#channel.send(FrameKind.Program, 0, 0, [program.id, program.fileName, program.code]);
    }
    const { entry, reuseContext, depth = 0 } = request;
    const head: StartHead = { program: program.id, entry, reuseContext, depth, ...limits };
    const parts = [
      JSON.stringify(head),
      JSON.stringify(request.context),
      input.json,
      ...(input.body ? [input.body] : []),
    ];
    this.#channel.send(FrameKind.Execute, id, 0, parts);
  }

  /** Part of a message is a sign of life too: it may take long to arrive where it is read slowly. */
  #pace(bytes: number): number {
    this.#lastHeard = performance.now();
    this.#cpuShare?.chargeBytes(bytes);
    return this.#cpuShare?.isYielding ? (this.#options.intake?.take(bytes) ?? 0) : 0;
  }

  #handle(frame: Frame): void {
    switch (frame.kind) {
      case FrameKind.Snapshot:
        return this.#noteSnapshot(frame);
      case FrameKind.Ready:
        return this.#onReady();
      case FrameKind.Pong:
        if (this.#openPings-- === 0) this.#violate("an answer to nothing");
        return;
      case FrameKind.Spoiled:
        return this.#spoil();
      default: {
        const job = this.#jobs.get(frame.execution);
        if (job) job.handle(frame);
        // A process that is being killed may not have heard what is over.
        else if (this.#endReason === undefined)
          this.#violate(`message for execution ${frame.execution}, which is not under way here`);
      }
    }
  }

  /** Taken from a process that cannot have run anything of a tenant's yet, and from no other. */
  #noteSnapshot({ parts: [bytes] }: Frame): void {
    if (this.#isReady || !bytes) return this.#violate("a snapshot that nobody waits for");
    this.#madeSnapshot = bytes;
  }

  /** What it made is kept for others once its own isolates have started from it. */
  #onReady(): void {
    this.#isReady = true;
    if (this.#madeSnapshot) this.#options.snapshot?.keep(this.#madeSnapshot);
    this.#madeSnapshot = undefined;
    this.#ready();
  }

  #forget(job: Job): void {
    this.#jobs.delete(job.id);
    if (this.#jobs.size > 0) return;
    if (this.#isRetired) this.#kill("spoiled");
    else if (this.#isFilled()) this.#kill("filled");
  }

  /** Whether what executions have left is too much for the next one to begin with. */
  #isFilled(): boolean {
    const now = performance.now();
    if (now - this.#lastRestLook < REST_LOOK_EVERY_MS) return false;
    this.#lastRestLook = now;
    this.#restingBytes = this.memoryBytes;
    return this.#residentMb(this.#restingBytes) > restingCapMb(this.#memoryNeedMb);
  }

  /** A guest thread cannot be stopped: other executions may end in peace, then the process goes. */
  #spoil(): void {
    this.#isRetired = true;
    if (this.#jobs.size === 0) this.#kill("spoiled");
  }

  /** Looks at what must not be left to the runner itself: deadlines, memory, signs of life. */
  #look(): void {
    if (this.#jobs.size === 0) {
      clearInterval(this.#watch);
      this.#watch = undefined;
      return;
    }
    const now = performance.now();
    for (const job of this.#jobs.values()) {
      const { wallMs } = job.request.limits;
      if (job.elapsedMs <= wallMs + GRACE_MS) continue;
      this.#kill("deadline");
      return job.fail({
        code: "WALL_LIMIT",
        message: `the script ran for ${job.elapsedMs.toFixed(0)} ms, its limit wallMs is ${wallMs} ms`,
      });
    }
    this.#lookAtMemory();
    this.#cpuShare?.charge();
    if (now - this.#lastPing > PING_EVERY_MS) {
      // Silence counts from the first ping that could have been answered.
      if (now - this.#lastPing > SILENCE_MS) this.#lastHeard = now;
      this.#lastPing = now;
      this.#openPings++;
      this.#channel.send(FrameKind.Ping);
    }
    if (now - this.#lastHeard > SILENCE_MS) this.#kill("silent");
  }

  #lookAtMemory(): void {
    const bytes = this.memoryBytes;
    for (const { memory } of this.#jobs.values()) memory.look(bytes);
    const residentMb = this.#residentMb(bytes);
    const capMb = residentCapMb(this.#memoryNeedMb);
    if (residentMb <= capMb) return;
    this.#kill("memory");
    this.#failLargest(`the runner held ${Math.round(residentMb)} MB, its cap is ${capMb} MB`);
  }

  /** 0 where the system does not tell. */
  #residentMb(bytes: number | undefined): number {
    return (bytes ?? 0) / MEBIBYTE;
  }

  /** Whose memory it was cannot be told from outside when several ran; a single one is to blame. */
  #failLargest(detail: string): void {
    const [job] = this.#jobs.values();
    if (!job || this.#jobs.size > 1) return;
    const { memory, request } = job;
    const message = `${describeMemoryLimit(request.limits.memoryMb, memory.peakBytes)}: ${detail}`;
    job.fail({ code: "MEMORY_LIMIT", message });
  }

  #violate(reason: string): void {
    this.#kill("protocol");
    for (const job of this.#jobs.values()) {
      job.fail({ code: "RUNNER_PROTOCOL", message: `the runner was killed: ${reason}` });
    }
  }

  #kill(reason: RunnerEndReason): void {
    this.#endReason ??= reason;
    this.#isRetired = true;
    this.#child.kill("SIGKILL");
    // The wrapper takes the process inside with it; this is for a system where it does not.
    const hasEnded = this.#child.exitCode !== null || this.#child.signalCode !== null;
    if (this.#pid !== undefined && this.#pid !== this.#child.pid && !hasEnded) killQuietly(this.#pid);
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null): void {
    this.#isRetired = true;
    this.#hasExited = true;
    clearInterval(this.#watch);
    this.#channel.close();
    for (const pid of [this.#child.pid, this.#pid]) {
      if (pid !== undefined) this.#options.freeProcessor?.forget(pid);
    }
    const how = signal ? `by ${signal}` : `with exit code ${code}`;
    const why = this.#endReason === undefined ? "" : ` (${this.#endReason})`;
    this.#endReason ??= "crashed";
    if (why === "" && saysOutOfMemory(this.#stderr)) this.#failLargest("V8 gave up");
    for (const job of this.#jobs.values())
      job.fail(lost(`the runner process ended ${how}${why} before the script had a result`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function lost(message: string): ExecutionFailure {
  return { code: "RUNNER_LOST", message };
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}
