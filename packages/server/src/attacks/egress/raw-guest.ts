import { type IsolationPolicy, createRunnerPool } from "@skerry/sandbox";
import { type HttpCapabilityOptions, createHttpCapability } from "../../capabilities/http/capability.ts";
import { type RecordedCall, recordCalls } from "../capability-calls.ts";
import type { Attack } from "../catalogue.ts";
import { limitsOf } from "../limits.ts";
import type { Observation } from "../outcome.ts";

/** A guest without our runtime: it calls the host by name, with whatever arguments it likes. */
export interface RawGuest extends AsyncDisposable {
  /** Runs an attack once. Its `host.fetch` passes on what it is given and checks nothing. */
  strike(attack: Attack): Promise<Observation>;
}

export interface RawGuestOptions {
  readonly isolation: IsolationPolicy;
  readonly http: HttpCapabilityOptions;
}

const FETCH = `const host = { fetch: (url, { method, headers, upgrade } = {}) =>
  ctx.call("http.request", { url, method, upgrade, headers: Object.entries(headers ?? {}) }) };`;

/** Starts a runner for it. */
export async function createRawGuest({ isolation, http: httpOptions }: RawGuestOptions): Promise<RawGuest> {
  await using resources = new AsyncDisposableStack();
  const http = resources.use(createHttpCapability(httpOptions));
  const calls: RecordedCall[] = [];
  const pool = resources.use(
    await createRunnerPool({
      capabilities: [recordCalls(http, calls)],
      isolation,
      maxRunners: 1,
      spareRunners: 0,
    }),
  );
  const owned = resources.move();
  return {
    async strike(attack) {
      const { id, code } = attack;
      const before = calls.length;
      const result = await pool.execute({
        executionId: crypto.randomUUID(),
        tenant: "raw",
        program: {
          id,
          fileName: `${id}.js`,
          code: `var program = { default: async (input, ctx) => { ${FETCH}\n${code}\n} };`,
        },
        entry: "call",
        input: { json: "null" },
        context: {},
        reuseContext: false,
        limits: limitsOf(attack),
      });
      return { result, refusal: undefined, logs: [], calls: calls.slice(before) };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
