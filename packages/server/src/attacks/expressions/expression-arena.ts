import { BridgeError, type HostData, type IsolationPolicy, ProcessBridge } from "@skerry/sandbox";
import { PROBE_SOURCE, type RealmView } from "../probe.ts";

/** Longest run of an expression. */
export const EXPRESSION_TIMEOUT_MS = 250;
const MEMORY_MB = 32;
/** Probes run beside whatever else this machine does. */
const PROBE_TIMEOUT_MS = 5_000;

const DATA: HostData = {
  $json: { a: 1, items: [{ a: 1 }, { a: 2 }, { a: 3 }], userText: "{{ 1 + 1 }}" },
};

/** How an expression ended. */
export type ExpressionEnd = { readonly value: unknown } | { readonly error: BridgeError };

/** Where expressions run: a process of their own, as a careful host has them. */
export interface ExpressionArena extends AsyncDisposable {
  /** What its realm looks like to which nothing has happened. */
  readonly cleanRealm: RealmView;
  /** Runs a function body over host data. Whatever is no error of a guest rejects. */
  run(body: string): Promise<ExpressionEnd>;
  /** Looks at the realm in which the next execution runs. */
  probe(): Promise<RealmView>;
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
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
