import type { z } from "zod";
import { readConfig } from "../config.ts";
import { UsageError } from "./command.ts";
import type { RemoteErrorCode } from "./errors.ts";

/** A server, and how to be let in. */
export interface Remote {
  /** Without a trailing slash. */
  readonly url: string;
  readonly apiKey: string;
}

/** Options of every verb that talks to a server. */
export const REMOTE_OPTIONS = { url: { type: "string" }, key: { type: "string" } } as const;

/** Their part of a help text. */
export const REMOTE_HELP = `  --url URL              the server (default: SKERRY_URL, else http://127.0.0.1:3000)
  --key KEY              an API key of the tenant; better in SKERRY_API_KEY, for others see the command line`;

/** How a server refused a request, or why it could not be asked. */
export interface RemoteError {
  readonly code: string;
  readonly message: string;
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
}

export type RemoteAnswer<Body> =
  { readonly body: Body; readonly error: null } | { readonly body: null; readonly error: RemoteError };

/** A request under `/api/v1`, and what it is answered with. */
export interface RemoteRequest<Body> {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly answer: z.ZodType<Body>;
}

/** Also of the greatest body. */
const ANSWER_MS = 30_000;

/** @throws UsageError when there is no key, or the URL is none. */
export function chooseRemote(options: {
  readonly url?: string | undefined;
  readonly key?: string | undefined;
}): Remote {
  const { remote } = readConfig();
  const { url = remote.url, key: apiKey = remote.apiKey } = options;
  if (!/^https?:/.test(url) || !URL.canParse(url)) {
    throw new UsageError(`--url takes a URL such as https://scripts.example.com, not ${JSON.stringify(url)}`);
  }
  if (apiKey === undefined) throw new UsageError("no API key: set SKERRY_API_KEY, or give --key");
  if (!/^[\x21-\x7e]+$/.test(apiKey))
    throw new UsageError("--key takes an API key, which has no spaces in it");
  return { url: url.replace(/\/+$/, ""), apiKey };
}

/** Asks a server for something. Never rejects. */
export async function askRemote<Body>(
  { url, apiKey }: Remote,
  { method, path, body, answer }: RemoteRequest<Body>,
): Promise<RemoteAnswer<Body>> {
  try {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      // The key is for this server alone.
      redirect: "error",
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const json = parseAnswer(await response.text());
    const { data, success } = answer.safeParse(json);
    return response.ok && success
      ? { body: data, error: null }
      : { body: null, error: readProblem(response.status, json) };
  } catch (error) {
    return { body: null, error: describeSilence(url, error) };
  }
}

/** @returns undefined for what is no JSON. */
function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** RFC 9457 where it is one. */
function readProblem(status: number, answer: unknown): RemoteError {
  const { code, detail } = (typeof answer === "object" && answer !== null ? answer : {}) as {
    readonly code?: unknown;
    readonly detail?: unknown;
  };
  if (typeof code === "string" && typeof detail === "string") return { code, message: detail, status };
  return failHere("REMOTE_ANSWER", `The server answered ${status} with something unknown.`, status);
}

function describeSilence(url: string, error: unknown): RemoteError {
  const { cause, message } = error as Error;
  const reason = cause instanceof Error && cause.message !== "" ? cause.message : message;
  return failHere("REMOTE_UNREACHABLE", `The server ${new URL(url).origin} gave no answer: ${reason}`, null);
}

function failHere(code: RemoteErrorCode, message: string, status: number | null): RemoteError {
  return { code, message, status };
}
