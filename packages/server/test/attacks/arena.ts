import { readFileSync } from "node:fs";
import {
  type Capability,
  type CapabilityCall,
  type ExecutionRequest,
  type ExecutionResult,
  type JsonValue,
  type LogLine,
  type Program,
  type RunnerPool,
  createRunnerPool,
} from "@skerry/sandbox";
import { guestBundle } from "../../src/bundles/development.ts";
import { createCacheCapabilities } from "../../src/capabilities/cache.ts";
import { createHttpCapability } from "../../src/capabilities/http/capability.ts";
import { stopCompiler } from "../../src/scripts/compile.ts";
import { listDescendants } from "../process-tree.ts";
import { type Attack, ATTACK_INPUT, compileProbe } from "./catalogue.ts";
import { ATTACK_LIMITS, limitsOf } from "./limits.ts";
import type { Observation } from "./outcome.ts";
import type { RealmView } from "./probe.ts";

const SAMPLE_EVERY_MS = 20;
/** Probes run beside attacks that take both cores of a small machine. */
const PROBE_LIMITS = { ...ATTACK_LIMITS, cpuMs: 1_000, wallMs: 5_000 };
const GET_REQUEST: JsonValue = { method: "GET", url: "https://attacker.test/", headers: [] };

/** A pool of real runners with the real guest runtime and real capabilities, and what attacks leave in it. */
export interface Arena extends AsyncDisposable {
  readonly pool: RunnerPool;
  /** Failures of capabilities that are bugs of the host. */
  readonly hostFailures: readonly string[];
  /** Runs an attack once, as the tenant named after its class. */
  strike(attack: Attack, program: Program): Promise<Observation>;
  /** Looks at a fresh realm of a tenant, in the isolate of `program` where it has one. */
  probe(tenant: string, program?: Program): Promise<RealmView>;
  /** Runs a function body with `ctx` for a tenant. */
  run(tenant: string, body: string): Promise<ExecutionResult>;
  /** Largest resident memory that a process under this one has had, in bytes. */
  peakBytes(): number;
}

/** Starts the arena. Names resolve to nothing there, so that no attack depends on a network. */
export async function createArena(): Promise<Arena> {
  const resources = new AsyncDisposableStack();
  const http = resources.use(createHttpCapability({ lookup: async () => [] }));
  const calls: CapabilityCall[] = [];
  const hostFailures: string[] = [];
  const pool = resources.use(
    await createRunnerPool({
      capabilities: [http, ...createCacheCapabilities()].map((capability) => record(capability, calls)),
      guestBundle: await guestBundle(),
      maxRunners: 6,
      onCapabilityFailure: (error, name) => hostFailures.push(`${name}: ${String(error)}`),
    }),
  );
  resources.defer(stopCompiler);
  const probeProgram = await compileProbe();
  const memory = resources.use(watchMemory());

  function execute(
    request: Pick<ExecutionRequest, "tenant" | "program" | "entry" | "limits"> & Extra,
  ): Promise<ExecutionResult> {
    const { input, ...rest } = request;
    return pool.execute({
      ...rest,
      executionId: crypto.randomUUID(),
      input: { json: JSON.stringify(input) },
      context: { tenant: { id: request.tenant }, trigger: "manual" },
      attributes: { script: "attack" },
      reuseContext: false,
    });
  }

  return {
    pool,
    hostFailures,
    peakBytes: () => memory.peakBytes(),
    async strike(attack, program) {
      const tenant = attack.class;
      const logs: LogLine[] = [];
      const before = calls.length;
      const isHttp = attack.class.startsWith("http/");
      const result = await execute({
        tenant,
        program,
        entry: isHttp ? "http" : "call",
        limits: limitsOf(attack),
        input: isHttp ? GET_REQUEST : ATTACK_INPUT,
        onLog: (lines) => logs.push(...lines),
      });
      return { result, refusal: undefined, logs, calls: calls.slice(before) };
    },
    async probe(tenant, program = probeProgram) {
      const request = { tenant, program, entry: "call", limits: PROBE_LIMITS, input: "probe" };
      const result = await execute(request);
      if (result.status !== "completed")
        throw new Error(`probe of ${tenant}: ${result.error.code}: ${result.error.message}`);
      return JSON.parse(result.output.json) as RealmView;
    },
    run(tenant, body) {
      const code = `var program = { default: async (input, ctx) => {${body}} };`;
      const program = { id: body, fileName: "run.js", code };
      return execute({ tenant, program, entry: "call", limits: PROBE_LIMITS, input: null });
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

interface Extra {
  readonly input: JsonValue;
  readonly onLog?: (lines: readonly LogLine[]) => void;
}

/** The same capability, with its calls written down. */
function record(capability: Capability, calls: CapabilityCall[]): Capability {
  return {
    ...capability,
    handle: (input, call) => {
      calls.push(call);
      return capability.handle(input, call);
    },
  };
}

interface MemoryWatch extends Disposable {
  peakBytes(): number;
}

/** Reads the kernel's high-water mark of every process under this one, again and again until they are gone. */
function watchMemory(): MemoryWatch {
  let peak = 0;
  const sample = (): void => {
    for (const pid of listDescendants(process.pid)) peak = Math.max(peak, readPeakBytes(pid));
  };
  const timer = process.platform === "linux" ? setInterval(sample, SAMPLE_EVERY_MS) : undefined;
  return { peakBytes: () => peak, [Symbol.dispose]: () => clearInterval(timer) };
}

/** `VmHWM` of proc_pid_status(5); 0 for a process that has ended. */
function readPeakBytes(pid: number): number {
  try {
    const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kib ?? 0) * 1024;
  } catch {
    return 0;
  }
}
