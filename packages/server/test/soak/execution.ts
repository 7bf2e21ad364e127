import assert from "node:assert/strict";
import { until } from "./client.ts";
import type { Caller } from "./client.ts";

/** Within this every run has ended, on a machine that has much else to do. */
export const RUN_MOST_MS = 60_000;

/** What is read of an execution. */
export interface ExecutionBody {
  readonly id: string;
  readonly status: string;
  readonly output: unknown;
  readonly error: unknown;
}

/** Runs a script, and waits for its end unless the body says otherwise. @throws Error for any answer but a good one. */
export async function execute(caller: Caller, script: string, body: object): Promise<ExecutionBody> {
  const path = `/api/v1/scripts/${script}/execute`;
  const answer = await caller.ask({ method: "POST", path, body });
  assert.ok(
    answer.status === 200 || answer.status === 202,
    `${path} answered ${answer.status} ${answer.text}`,
  );
  return JSON.parse(answer.text) as ExecutionBody;
}

export async function readExecution(caller: Caller, id: string): Promise<ExecutionBody> {
  return await caller.read<ExecutionBody>(200, { path: `/api/v1/executions/${id}` });
}

/** @throws Error when it does not end, or in another way. */
export async function untilEnded(caller: Caller, id: string, wanted: string): Promise<void> {
  let execution = await readExecution(caller, id);
  await until(`${id} has ended`, RUN_MOST_MS, async () => {
    execution = await readExecution(caller, id);
    return execution.status !== "pending" && execution.status !== "running";
  });
  const { status, error } = execution;
  assert.equal(status, wanted, `${id} has ended as ${status} with ${JSON.stringify(error)}`);
}
