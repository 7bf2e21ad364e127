import type { ExecutionResult, OutputChunks, RunnerPool } from "@skerry/sandbox";
import type { Logger } from "pino";
import type { Execution } from "../executions/execution.ts";
import type { History } from "../executions/history.ts";
import { createJournal } from "../executions/journal.ts";
import { finishExecution, readEnding } from "../executions/record.ts";
import type { Ending } from "../executions/record.ts";
import { runInPool } from "../executions/run.ts";
import type { Run } from "../executions/run.ts";
import type { RunningExecution } from "../executions/running.ts";
import { createBodyStream } from "./body-stream.ts";
import { respondToFailedScript } from "./failure.ts";
import { isBodiless, readGuestResponse } from "./response.ts";
import type { GuestResponse } from "./response.ts";

/** A request and what its script is to run with. */
export interface ScriptOrder {
  readonly tenantId: string;
  /** Of the request. */
  readonly method: string;
  readonly run: Omit<Run, "limits" | "signal" | "onLog" | "onStream">;
  /** As the history is to have it. */
  readonly begun: Execution;
  /** Disposed when the script has ended. */
  readonly place: RunningExecution;
  /** Whether callers are told why the script failed. */
  readonly exposesErrors: boolean;
  /** Breaks the connection off. */
  readonly cut: (() => void) | undefined;
}

export interface ScriptAnswersOptions {
  readonly pool: Pick<RunnerPool, "execute">;
  readonly history: History;
  readonly logger: Logger;
}

/** Runs scripts and makes responses of what they give. */
export interface ScriptAnswers {
  /** Resolves when the script has ended, or begins a response that it streams; then it ends with that. */
  give(order: ScriptOrder): Promise<Response>;
}

/** A response that is being streamed. */
interface Opening {
  readonly reply: GuestResponse | string;
  /** Resolves when the history knows of the execution, or cannot be told. */
  readonly known: Promise<void>;
}

export function createScriptAnswers({ pool, history, logger }: ScriptAnswersOptions): ScriptAnswers {
  /** What is streamed may go on for long: it is seen, and can be cancelled, meanwhile. */
  async function writeRunning({ begun, tenantId, run }: ScriptOrder): Promise<void> {
    try {
      await history.begin({ ...begun, status: "running", startedAt: new Date(), tenantId });
    } catch (error) {
      const about = { tenant: tenantId, script: run.loaded.scriptId, execution: begun.id };
      logger.warn({ ...about, err: error }, "a streaming execution is not shown before its end");
    }
  }

  return {
    async give(order) {
      const { tenantId, method, begun, place, exposesErrors, cut } = order;
      const { limits, signal } = place;
      const journal = createJournal({
        history,
        tenantId,
        executionId: begun.id,
        scriptType: order.run.loaded.type,
        isLive: false,
      });
      const { promise, resolve, reject } = Promise.withResolvers<Response>();
      let opening: Opening | undefined;

      function openStream(json: string, chunks: OutputChunks): void {
        const reply = readGuestResponse({ json });
        opening = { reply, known: writeRunning(order) };
        const isWanted = typeof reply !== "string" && method !== "HEAD" && !isBodiless(reply.status);
        if (!isWanted) void chunks.return();
        if (typeof reply === "string") return;
        resolve(createResponse(reply, isWanted ? createBodyStream(chunks, cut) : null));
      }

      async function carryOut(): Promise<Response> {
        using _ = place;
        const onLog: Run["onLog"] = (lines) => journal.add(lines);
        const result = await runInPool(pool, { ...order.run, limits, signal, onLog, onStream: openStream });
        place.spend(result.usage);
        if (opening !== undefined) await opening.known;
        const { ending, reply } = conclude(result, opening?.reply);
        // What is kept, and what a caller may be told, has no values of secrets in it.
        const kept = journal.end(finishExecution(begun, result, ending), result.usage.calls);
        return reply === undefined
          ? respondToFailedScript(kept, exposesErrors)
          : createResponse(reply, method === "HEAD" ? null : reply.body);
      }

      carryOut().then(resolve, reject);
      return await promise;
    },
  };
}

interface Conclusion {
  readonly ending: Ending;
  /** Where the script ended with a response. */
  readonly reply?: GuestResponse;
}

/** Tells for the history how the script ended, and reads its response where that was not streamed. */
function conclude(result: ExecutionResult, streamed: GuestResponse | string | undefined): Conclusion {
  const isWhole = streamed === undefined && result.status === "completed";
  const reply = isWhole ? readGuestResponse(result.output) : streamed;
  if (typeof reply === "string") {
    const error = { code: "RESPONSE_INVALID", message: `The response cannot be sent: ${reply}.` };
    return { ending: { status: "failed", output: null, error } };
  }
  if (result.status !== "completed" || reply === undefined) return { ending: readEnding(result) };
  return { ending: { status: "completed", output: { status: reply.status }, error: null }, reply };
}

function createResponse(
  { status, headers }: GuestResponse,
  body: GuestResponse["body"] | ReturnType<typeof createBodyStream>,
): Response {
  return new Response(body, { status, headers });
}
