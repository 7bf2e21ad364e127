import {
  type Capability,
  type ExecutionRequest,
  type ExecutionResult,
  type IsolationPolicy,
  type JsonValue,
  type LogLine,
  type Program,
  createRunnerPool,
} from "@skerry/sandbox";
import { guestBundle } from "#bundles";
import { createCacheCapabilities } from "../capabilities/cache/capability.ts";
import { createEventCapability } from "../capabilities/events.ts";
import { type HttpCapabilityOptions, createHttpCapability } from "../capabilities/http/capability.ts";
import type { EventPublisher } from "../events/publisher.ts";
import { type RecordedCall, recordCalls } from "./capability-calls.ts";
import { type Attack, attackerOf, groupOf } from "./catalogue.ts";
import { ATTACK_LIMITS, limitsOf } from "./limits.ts";
import { watchMemory } from "./memory-watch.ts";
import type { Observation } from "./outcome.ts";
import type { RealmView } from "./probe.ts";
import { ATTACK_INPUT, compileProbe } from "./program.ts";

/** The tenant that is attacked: it keeps `theirs` under `k` in its cache. */
export const BYSTANDER = "bystander";
/** The tenants that attack have `K` and not `k`: neither may see the other's. */
const OWN_KEY_TENANT = "isolation/tenant-keys";

/** Probes run beside attacks that take both cores of a small machine. */
const PROBE_LIMITS = { ...ATTACK_LIMITS, cpuMs: 2_000 };
const GET_REQUEST: JsonValue = { method: "GET", url: "https://attacker.test/", headers: [] };

/** An installation under attack has no database of its own: events are taken and not kept. */
const KEEPS_NOTHING: EventPublisher = {
  publish: (_tenant, events) => Promise.resolve(events.map(({ id }) => id ?? crypto.randomUUID())),
};
/** Of quotas only the limit of calls is there, which holds for each execution. */
const UNLIMITED = { take: () => Promise.resolve() };

/** A pool of real runners with the real guest runtime and real capabilities, and what attacks leave in it. */
export interface Arena extends AsyncDisposable {
  /** What a realm looks like to which nothing has happened. */
  readonly cleanRealm: RealmView;
  /** Failures of capabilities that are bugs of the host. */
  readonly hostFailures: readonly string[];
  /** Runs an attack once, as its tenant. */
  strike(attack: Attack, program: Program): Promise<Observation>;
  /** Looks at a fresh realm of a tenant, in the isolate of `program` where it has one. */
  probe(tenant: string, program?: Program): Promise<RealmView>;
  /** Runs a function body with `ctx` for a tenant. */
  run(tenant: string, body: string): Promise<ExecutionResult>;
  /** Runner processes that have served more than one tenant. */
  listSharedRunners(): readonly number[];
  /** Largest resident memory that a process under this one has had, in bytes. */
  peakBytes(): number;
}

export interface ArenaOptions {
  readonly isolation: IsolationPolicy;
  /** What the scripts' HTTP reaches. */
  readonly http: HttpCapabilityOptions;
  /** Further ones. Default none. */
  readonly capabilities?: readonly Capability[];
}

/** Starts the arena. */
export async function createArena({
  isolation,
  http: httpOptions,
  capabilities = [],
}: ArenaOptions): Promise<Arena> {
  await using resources = new AsyncDisposableStack();
  const http = resources.use(createHttpCapability(httpOptions));
  const calls: RecordedCall[] = [];
  const hostFailures: string[] = [];
  const pool = resources.use(
    await createRunnerPool({
      capabilities: [
        http,
        ...createCacheCapabilities(),
        ...createEventCapability(KEEPS_NOTHING, UNLIMITED),
        ...capabilities,
      ].map((capability) => recordCalls(capability, calls)),
      guestBundle: await guestBundle(),
      isolation,
      maxRunners: 6,
      // Attacks lose runners on purpose, and nobody else's are started meanwhile.
      maxRestartPauseMs: 0,
      onCapabilityFailure: (error, name) => hostFailures.push(`${name}: ${String(error)}`),
    }),
  );
  const probeProgram = await compileProbe();
  const memory = resources.use(watchMemory());
  const tenantOf = new Map<number, string>();
  const sharedRunners = new Set<number>();

  async function execute({ input, ...request }: ArenaRequest): Promise<ExecutionResult> {
    const result = await pool.execute({
      ...request,
      executionId: crypto.randomUUID(),
      input: { json: JSON.stringify(input) },
      context: { tenant: { id: request.tenant }, trigger: "manual" },
      attributes: { script: "attack" },
      reuseContext: false,
    });
    for (const { pid, tenant } of pool.runners()) noteTenant(pid, tenant);
    return result;
  }

  function noteTenant(pid: number | undefined, tenant: string | undefined): void {
    if (pid === undefined || tenant === undefined) return;
    if ((tenantOf.get(pid) ?? tenant) !== tenant) sharedRunners.add(pid);
    tenantOf.set(pid, tenant);
  }

  async function probe(tenant: string, program = probeProgram): Promise<RealmView> {
    const look = { tenant, program, entry: "call", limits: PROBE_LIMITS, input: "probe" } as const;
    const result = await execute(look);
    if (result.status === "completed") return JSON.parse(result.output.json) as RealmView;
    throw new Error(
      `a look at the realm of ${tenant} ended with ${result.error.code}: ${result.error.message}`,
    );
  }

  function run(tenant: string, body: string): Promise<ExecutionResult> {
    const code = `var program = { default: async (input, ctx) => {${body}} };`;
    const program = { id: body, fileName: "run.js", code };
    return execute({ tenant, program, entry: "call", limits: PROBE_LIMITS, input: null });
  }

  async function strike(attack: Attack, program: Program): Promise<Observation> {
    const logs: LogLine[] = [];
    const before = calls.length;
    const isHttp = groupOf(attack.class) === "http";
    const result = await execute({
      tenant: attackerOf(attack),
      program,
      entry: isHttp ? "http" : "call",
      limits: limitsOf(attack),
      input: isHttp ? GET_REQUEST : ATTACK_INPUT,
      onLog: (lines) => logs.push(...lines),
    });
    return { result, refusal: undefined, logs, calls: calls.slice(before) };
  }

  const cleanRealm = await probe(BYSTANDER);
  await run(BYSTANDER, `await ctx.cache.set("k", "theirs")`);
  await run(OWN_KEY_TENANT, `await ctx.cache.set("K", "own")`);
  const owned = resources.move();
  return {
    cleanRealm,
    hostFailures,
    strike,
    probe,
    run,
    listSharedRunners: () => [...sharedRunners],
    peakBytes: () => memory.peakBytes(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

type ArenaRequest = Pick<ExecutionRequest, "tenant" | "program" | "entry" | "limits" | "onLog"> & {
  readonly input: JsonValue;
};
