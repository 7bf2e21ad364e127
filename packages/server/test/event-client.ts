import type { TestClient } from "./platform.ts";

/** One execution that handles an event. */
export interface Delivery {
  readonly executionId: string;
  readonly scriptId: string;
  readonly attempt: number;
  readonly status: string;
}

/** What the routes about events answer: each has some of it. */
export interface EventBody {
  readonly ids: readonly string[];
  readonly payload: unknown;
  readonly isWaiting: boolean;
  readonly matched: number | null;
  readonly filtered: number | null;
  readonly deliveries: readonly Delivery[];
}

export interface ListBody<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** A dead letter. */
export interface LetterBody {
  readonly id: string;
  readonly eventId: string;
  readonly type: string;
  readonly scriptId: string;
  readonly attempts: readonly {
    readonly executionId: string;
    readonly code: string;
    readonly message: string;
  }[];
}

/** What is read of executions. */
export interface ExecutionBody {
  readonly id: string;
  readonly status: string;
  readonly output: unknown;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly startedAt: string;
  readonly completedAt: string;
  readonly input: { readonly customer: string; readonly number: number };
}

/** Retries nothing. */
export const ONCE = { attempts: 1, backoffMs: 0 } as const;

export async function ask<Body>(
  client: TestClient,
  method: string,
  path: string,
  body?: unknown,
): Promise<Body> {
  const answer = await client.request<Body>(method, `/api/v1${path}`, body);
  if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status} ${answer.text}`);
  return answer.body;
}

export async function subscribe(
  client: TestClient,
  name: string,
  source: string,
  settings: object,
): Promise<string> {
  const script = { name, type: "event", source, settings };
  return (await ask<{ readonly id: string }>(client, "POST", "/scripts", script)).id;
}

export async function publish(client: TestClient, events: object): Promise<readonly string[]> {
  return (await ask<EventBody>(client, "POST", "/events", events)).ids;
}

/** Asks again until the answer is as it is to become; the test's own time limit ends it. */
export async function until<Value>(
  read: () => Promise<Value>,
  isDone: (value: Value) => boolean,
): Promise<Value> {
  for (;;) {
    const value = await read();
    if (isDone(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export const END_STATES = new Set(["completed", "failed", "timeout", "cancelled"]);

/** The event when it was handed out and what it started has ended. */
export async function settled(client: TestClient, id: string): Promise<EventBody> {
  return await until(
    () => ask<EventBody>(client, "GET", `/events/${id}`),
    ({ isWaiting, deliveries }) => !isWaiting && deliveries.every(({ status }) => END_STATES.has(status)),
  );
}

export function listLetters(client: TestClient, query = ""): Promise<ListBody<LetterBody>> {
  return ask(client, "GET", `/dead-letters${query}`);
}
