import { DEFAULT_LIMITS, type ExecutionRequest, type RunnerPool } from "@skerry/sandbox";

/** A request to run a body of code with `input` and `ctx`, under the default limits, for no host in particular. */
export function requestOf(tenant: string, body: string, { reuseContext = true } = {}): ExecutionRequest {
  const code = `var program = { default: async (input, ctx) => { ${body} } };`;
  return {
    executionId: "benchmark",
    tenant,
    program: { id: code, code, fileName: "benchmark.js" },
    entry: "call",
    input: { json: "1" },
    context: {},
    reuseContext,
    limits: DEFAULT_LIMITS,
    queueTimeoutMs: 60_000,
  };
}

/** Executes and gives the milliseconds until the result. @throws Error when the execution did not complete. */
export async function timeExecution(pool: RunnerPool, request: ExecutionRequest): Promise<number> {
  const start = performance.now();
  const result = await pool.execute(request);
  if (result.status === "completed") return performance.now() - start;
  throw new Error(`an execution of ${request.tenant} ended ${result.status}: ${result.error.message}`);
}

/** Resolves when a clean runner waits for its tenant and has nothing more to do for its own start. */
export async function spareIsReady(pool: RunnerPool): Promise<void> {
  while (pool.stats().spares === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  // A process that has just started is still busy with itself; a spare in production has been up for long.
  await new Promise((resolve) => setTimeout(resolve, 50));
}
