import assert from "node:assert/strict";
import type { Caller, Front, Question } from "./client.ts";
import { execute, RUN_MOST_MS } from "./execution.ts";

const EVENTS_READ = 3;

/** Follows what a run logs; every other time it leaves in its middle. */
export async function followLogs(caller: Caller, round: number): Promise<void> {
  const { id } = await execute(caller, "talks", { wait: false });
  const path = `/api/v1/executions/${id}/logs`;
  const leaves = round % 2 === 0;
  const text = await readStream(
    caller,
    { path, headers: { accept: "text/event-stream" } },
    (soFar) => leaves && soFar.split("event: log").length > EVENTS_READ,
  );
  assert.match(text, /line 1/);
  if (!leaves) assert.match(text, /line 12[^]*event: end/);
}

/** Leaves an endpoint that streams for ever. */
export async function leaveStream(front: Front, tenant: string): Promise<void> {
  const text = await readStream(
    front.callAs(),
    { path: `/run/${tenant}/ticks` },
    (soFar) => soFar.split("data: tick").length > EVENTS_READ,
  );
  assert.match(text, /^id: 1\ndata: tick/);
}

/** Reads until it ends or is enough, and leaves then. */
async function readStream(
  caller: Caller,
  question: Question,
  isEnough: (soFar: string) => boolean,
): Promise<string> {
  const response = await caller.open(question, AbortSignal.timeout(RUN_MOST_MS));
  assert.equal(response.status, 200, question.path);
  assert.ok(response.body);
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    // Leaving the loop cancels the stream, which closes the connection.
    if (isEnough(text)) break;
  }
  return text;
}
