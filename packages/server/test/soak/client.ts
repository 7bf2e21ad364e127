import { setTimeout as sleep } from "node:timers/promises";
import { Agent, fetch } from "undici";
import type { Headers, Response } from "undici";

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Of a problem; undefined for other answers. */
  readonly code: string | undefined;
}

export interface Question {
  readonly method?: string;
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks the nodes in turn, and counts what they answer. */
export interface Caller {
  readonly key: string | undefined;
  /** Any answer is well that says something. @throws Error when there is none. */
  ask(question: Question): Promise<Answer>;
  /** @throws Error for an answer with another status. */
  expect(status: number, question: Question): Promise<Answer>;
  /** As `expect`. @returns the body as JSON. */
  read<Body>(status: number, question: Question): Promise<Body>;
  /** The answer while it comes; the caller reads or cancels its body. */
  open(question: Question, signal: AbortSignal): Promise<Response>;
}

/** All addresses of the installation. */
export interface Front extends AsyncDisposable {
  readonly urls: readonly string[];
  /** How often each status was answered, with the code of the problem where it is one. */
  readonly statuses: Readonly<Record<string, number>>;
  callAs(key?: string): Caller;
  /** The text that each node answers, by its address. */
  readFromEach(
    path: string,
  ): Promise<readonly { readonly url: string; readonly status: number; readonly text: string }[]>;
}

/** A node that hangs must not keep whoever asks it. */
const ANSWER_MS = 60_000;
/** Long before nodes give up a connection that is idle, so that none is given up while a request is on its way to it. */
const IDLE_MS = 1_000;

export function createFront(urls: readonly string[]): Front {
  const dispatcher = new Agent({ keepAliveTimeout: IDLE_MS, keepAliveMaxTimeout: IDLE_MS });
  const statuses: Record<string, number> = {};
  let turn = 0;

  function callAs(key?: string): Caller {
    async function send({ method = "GET", path, body, headers }: Question, signal: AbortSignal) {
      turn += 1;
      return await fetch(new URL(path, urls[turn % urls.length]), {
        dispatcher,
        method,
        redirect: "manual",
        headers: {
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal,
      });
    }

    async function ask(question: Question): Promise<Answer> {
      const response = await send(question, AbortSignal.timeout(ANSWER_MS));
      const text = await response.text();
      const { status, headers } = response;
      const code = readCode(response, text);
      const name = code === undefined ? String(status) : `${status} ${code}`;
      statuses[name] = (statuses[name] ?? 0) + 1;
      return { status, headers, text, code };
    }

    async function expect(status: number, question: Question): Promise<Answer> {
      const answer = await ask(question);
      if (answer.status === status) return answer;
      const { method = "GET", path } = question;
      throw new Error(`${method} ${path} answered ${answer.status} instead of ${status}: ${answer.text}`);
    }

    return {
      key,
      ask,
      expect,
      async read<Body>(status: number, question: Question) {
        return JSON.parse((await expect(status, question)).text) as Body;
      },
      open: send,
    };
  }

  return {
    urls,
    statuses,
    callAs,
    async readFromEach(path) {
      return await Promise.all(
        urls.map(async (url) => {
          const response = await fetch(new URL(path, url), { dispatcher });
          return { url, status: response.status, text: await response.text() };
        }),
      );
    },
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  };
}

/** Problem details have a type of their own (RFC 9457). */
function readCode(response: Response, text: string): string | undefined {
  if (!response.headers.get("content-type")?.startsWith("application/problem+json")) return undefined;
  return (JSON.parse(text) as { readonly code: string }).code;
}

const POLL_MS = 50;

/** Looks until it is as it has to be. @throws Error with what it was waiting for when that takes too long. */
export async function until(what: string, mostMs: number, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + mostMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`not within ${mostMs} ms: ${what}`);
    await sleep(POLL_MS);
  }
}
