import { ExpressionError, ExpressionEvaluator } from "@skerry/expressions";
import { BridgeError, type HostData, type IsolationPolicy, ProcessBridge } from "@skerry/sandbox";
import { PROBE_SOURCE, type RealmView } from "../probe.ts";

/** Longest run of an expression. */
export const EXPRESSION_TIMEOUT_MS = 250;
const MEMORY_MB = 32;
/** Probes run beside whatever else this machine does. */
const PROBE_TIMEOUT_MS = 5_000;

/** Names and built-ins of the evaluator's realm, and what some of them do. */
const EVALUATOR_PROBE = `{{ JSON.stringify([
  Object.getOwnPropertyNames((() => {}).constructor("return globalThis")()),
  [Object, Array, String, Math, JSON, DateTime, Object.prototype, Array.prototype, (() => {}).__proto__, $ifEmpty]
    .map((value) => Object.getOwnPropertyNames(value)),
  [typeof pwned, "a b".toTitleCase(), [3, 1].sort(), Math.max(1, 2), DateTime.fromMillis(0).toMillis()],
]) }}`;

const DATA: HostData = {
  $json: { a: 1, items: [{ a: 1 }, { a: 2 }, { a: 3 }], userText: "{{ 1 + 1 }}" },
};

/** How an expression ended. */
export type ExpressionEnd = { readonly value: unknown } | { readonly error: BridgeError | ExpressionError };

/** Where expressions run: a process of their own, as a careful host has them. */
export interface ExpressionArena extends AsyncDisposable {
  /** What its realm looks like to which nothing has happened. */
  readonly cleanRealm: RealmView;
  /** Runs a function body over host data. Whatever is no error of a guest rejects. */
  run(body: string): Promise<ExpressionEnd>;
  /** Looks at the realm in which the next execution runs. */
  probe(): Promise<RealmView>;
  /** Evaluates a template the way a host does. */
  evaluate(template: string): Promise<ExpressionEnd>;
  /** What an expression finds in the evaluator's realm, as text. */
  probeEvaluator(): Promise<string>;
}

/** Starts the process. */
export async function createExpressionArena(isolation: IsolationPolicy): Promise<ExpressionArena> {
  await using resources = new AsyncDisposableStack();
  const bridge = resources.use(
    new ProcessBridge({ isolation, memoryLimitMb: MEMORY_MB, timeoutMs: PROBE_TIMEOUT_MS }),
  );
  const probe = async (): Promise<RealmView> =>
    (await bridge.execute(`return (${PROBE_SOURCE})();`)) as RealmView;
  const cleanRealm = await probe();
  const evaluator = resources.use(
    new ExpressionEvaluator({
      createBridge: () =>
        new ProcessBridge({ isolation, memoryLimitMb: MEMORY_MB, timeoutMs: PROBE_TIMEOUT_MS }),
    }),
  );
  const owned = resources.move();
  return {
    cleanRealm,
    probe,
    async run(body) {
      try {
        return { value: await bridge.execute(body, DATA, { timeoutMs: EXPRESSION_TIMEOUT_MS }) };
      } catch (error) {
        if (error instanceof BridgeError && error.kind === "user") return { error };
        throw error;
      }
    },
    async evaluate(template) {
      try {
        return { value: await evaluator.evaluate(template, DATA, { timeoutMs: EXPRESSION_TIMEOUT_MS }) };
      } catch (error) {
        if (error instanceof ExpressionError && error.kind === "user") return { error };
        throw error;
      }
    },
    probeEvaluator: async () => String(await evaluator.evaluate(EVALUATOR_PROBE, {})),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
