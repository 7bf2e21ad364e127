import { bridgeKernelBundle, bridgeRunnerBundle, bridgeWatchdogBundle } from "#bundles";
import { findEngineAddon } from "../../supervisor/addon.ts";
import { type IsolationPolicy, type Jail, probeJail } from "../../supervisor/isolation.ts";
import { type Engine, EngineFailure, type HostAnswer } from "../engine.ts";
import { BridgeError } from "../errors.ts";
import { BridgeRunner, type BridgeRunnerOptions } from "./bridge-runner.ts";
import { hasFifos } from "./fifos.ts";

/** How a bridge reaches its runner: `fifos` lets it wait for the guest, `socket` works on every system. */
export type ProcessTransport = "fifos" | "socket";

export interface ProcessEngineOptions {
  readonly memoryLimitMb: number;
  readonly isolation: IsolationPolicy;
  /** Undefined: FIFOs where the system has them. */
  readonly transport: ProcessTransport | undefined;
}

const MEBIBYTE = 1024 * 1024;

const jails = new Map<IsolationPolicy, Jail>();

/** V8 in a jailed process of its own. Whatever ends a process, the next call has a fresh one. */
export class ProcessEngine implements Engine {
  readonly isSynchronous: boolean;
  readonly #options: ProcessEngineOptions;
  /** Runners that were lost and are not quite gone. */
  readonly #closing = new Set<Promise<void>>();
  /** Set from the start to the end. */
  #runnerOptions: BridgeRunnerOptions | undefined;
  #runner: BridgeRunner | undefined;
  #starting: Promise<void> | undefined;

  constructor(options: ProcessEngineOptions) {
    this.#options = options;
    this.isSynchronous = options.transport === undefined ? hasFifos() : options.transport === "fifos";
  }

  start(guestBundle: string): Promise<void> {
    this.#starting ??= this.#start(guestBundle).catch((error: unknown) => {
      this.#starting = undefined;
      if (error instanceof BridgeError) throw error;
      throw new BridgeError("BRIDGE_START", (error as Error).message);
    });
    return this.#starting;
  }

  async run(message: string, answer: HostAnswer, timeoutMs: number): Promise<string> {
    const runner = this.#current();
    await runner.ready;
    return runner.run(message, answer, timeoutMs);
  }

  runSync(message: string, answer: HostAnswer, timeoutMs: number): string {
    return this.#current().runSync(message, answer, timeoutMs);
  }

  memoryMb(): number | undefined {
    const bytes = this.#runner?.residentBytes();
    return bytes === undefined ? undefined : bytes / MEBIBYTE;
  }

  async dispose(): Promise<void> {
    await this.#starting?.catch(() => {});
    this.#runnerOptions = undefined;
    await this.#runner?.close();
    await Promise.all(this.#closing);
  }

  async #start(guestBundle: string): Promise<void> {
    const { memoryLimitMb, isolation } = this.#options;
    const [program, watchdog, kernel] = await Promise.all([
      bridgeRunnerBundle(),
      bridgeWatchdogBundle(),
      bridgeKernelBundle(),
    ]);
    this.#runnerOptions = {
      jail: jailOf(isolation),
      addonPath: findEngineAddon(),
      program,
      boot: { memoryLimitMb, guestScripts: [kernel, guestBundle] },
      memoryLimitMb,
      isSynchronous: this.isSynchronous,
      watchdog,
      onLost: (hadOpenCall) => this.#onLost(hadOpenCall),
    };
    await this.#current().ready;
  }

  /** The runner that takes the next message; started if there is none. */
  #current(): BridgeRunner {
    if (!this.#runnerOptions)
      throw new EngineFailure("BRIDGE_LOST", "the engine is not started, or disposed");
    return (this.#runner ??= new BridgeRunner(this.#runnerOptions));
  }

  #onLost(hadOpenCall: boolean): void {
    const lost = this.#runner;
    this.#runner = undefined;
    // Who calls is likely to call again. A runner that dies by itself is replaced when it is needed.
    if (hadOpenCall && this.#runnerOptions) this.#prepareNext(this.#runnerOptions);
    if (lost) this.#end(lost);
  }

  #prepareNext(options: BridgeRunnerOptions): void {
    try {
      this.#runner = new BridgeRunner(options);
    } catch {
      // The next call tries again, and says why it cannot be.
    }
  }

  #end(runner: BridgeRunner): void {
    const closed = runner.close().finally(() => this.#closing.delete(closed));
    this.#closing.add(closed);
  }
}

function jailOf(isolation: IsolationPolicy): Jail {
  const jail = jails.get(isolation) ?? probeJail(isolation);
  jails.set(isolation, jail);
  return jail;
}
