import { createClient } from "@skerry/client";
import type { Client } from "@skerry/client";
import { readConfig } from "../../config.ts";
import { UsageError } from "../command.ts";
import { readProfiles } from "../sign-in/credentials.ts";
import type { Profile } from "../sign-in/credentials.ts";
import { findProject, isServerUrl } from "../project/manifest.ts";

/** A server, and how to be let in. */
export interface Remote {
  /** Without a trailing slash. */
  readonly url: string;
  readonly apiKey: string;
  /** Whom requests are about; a server refuses those with the key of another tenant. Undefined leaves it to the key. */
  readonly tenant: string | undefined;
}

/** Options of every verb that talks to a server. */
export const REMOTE_OPTIONS = {
  url: { type: "string" },
  key: { type: "string" },
  profile: { type: "string" },
  project: { type: "string" },
} as const;

/** Their part of a help text. */
export const REMOTE_HELP = `  --url URL              the server (default: SKERRY_URL, the project's skerry.json, the last skerry login)
  --key KEY              an API key of the tenant; better in SKERRY_API_KEY, for others see the command line
  --profile NAME         the server and key of this skerry login
  --project FOLDER       the project (default: the nearest folder upwards with a skerry.json)`;

/** What the user said on the command line. */
export interface RemoteWishes {
  readonly url?: string | undefined;
  readonly key?: string | undefined;
  readonly profile?: string | undefined;
  readonly project?: string | undefined;
}

/** Where `skerry start` listens. */
export const DEFAULT_URL = "http://127.0.0.1:3000";

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "[::1]", "localhost"]);

/** Nobody at a terminal waits longer without a word: they are told when to come back. */
const MAX_WAIT_MS = 2_000;

/** Also of the greatest body. */
const ANSWER_MS = 30_000;

/**
 * The server to talk to, by this order: options, environment, `skerry.json`, `skerry login`. A kept key is used at the
 * server that it was kept for and at no other; that of the environment at one that the user has named.
 *
 * @throws UsageError when there is no key, or the URL is none.
 * @throws ProjectError for a `skerry.json` that cannot be used.
 */
export async function chooseRemote(wishes: RemoteWishes): Promise<Remote> {
  const { remote } = readConfig();
  const profiles = await readProfiles();
  if (wishes.profile !== undefined) {
    const { url, apiKey, tenant } = requireProfile(profiles, wishes.profile);
    return { url: readUrl(wishes.url ?? url, url), apiKey: readKey(wishes.key ?? apiKey), tenant };
  }
  const project = await findProject(wishes.project ?? ".");
  const named = wishes.url ?? remote.url;
  const url = readUrl(named ?? project?.url ?? profiles.at(-1)?.url ?? DEFAULT_URL);
  // The tenant of a project is one of its own server.
  const tenant = project?.url === undefined || project.url === url ? project?.tenant : undefined;
  if (wishes.key !== undefined) return { url, apiKey: readKey(wishes.key), tenant };
  if (remote.apiKey === undefined)
    return { url, apiKey: chooseProfile(profiles, url, tenant).apiKey, tenant };
  if (named === undefined && project?.url !== undefined) requireTrusted(url, profiles);
  return { url, apiKey: readKey(remote.apiKey), tenant };
}

/**
 * Whoever wrote a `skerry.json` may name a server of theirs, to be sent the key of whoever works in its folder.
 *
 * @throws UsageError for a server that the user has never named.
 */
function requireTrusted(url: string, profiles: readonly Profile[]): void {
  const { hostname } = new URL(url);
  if (LOOPBACK.has(hostname) || profiles.some((profile) => profile.url === url)) return;
  const advice = `set SKERRY_URL=${url} as well, or sign in with skerry login --url ${url}`;
  throw new UsageError(`SKERRY_API_KEY is not sent to a server that skerry.json alone names: ${advice}`);
}

/** The REST API of a server. A request that is not answered within 30 s fails, unless it follows logs. */
export function openRemote({ url, apiKey, tenant }: Remote, answerMs = ANSWER_MS): Client {
  return createClient({
    url,
    key: apiKey,
    maxWaitMs: MAX_WAIT_MS,
    ...(tenant === undefined ? {} : { tenant }),
    fetch: (request) => send(request, answerMs),
  });
}

function send(request: Request, answerMs: number): Promise<Response> {
  const isStream = request.headers.get("accept") === "text/event-stream";
  const signal = isStream ? request.signal : AbortSignal.any([request.signal, AbortSignal.timeout(answerMs)]);
  // The key is for this server alone.
  return fetch(request, { redirect: "error", signal });
}

/** @throws UsageError */
function requireProfile(profiles: readonly Profile[], name: string): Profile {
  const found = profiles.find((profile) => profile.name === name);
  if (found !== undefined) return found;
  const known = profiles.length === 0 ? "there is none" : `there are ${listNames(profiles)}`;
  throw new UsageError(`no profile ${JSON.stringify(name)}; ${known}`);
}

/** The last profile that was kept for a server, and for a tenant where one is named. @throws UsageError for none. */
function chooseProfile(profiles: readonly Profile[], url: string, tenant: string | undefined): Profile {
  const there = profiles.filter((profile) => profile.url === url);
  const found =
    tenant === undefined
      ? there.at(-1)
      : (there.findLast((profile) => profile.tenant === tenant) ??
        there.findLast((profile) => profile.tenant === undefined));
  if (found !== undefined) return found;
  const whom = tenant === undefined ? "" : ` for the tenant ${tenant}`;
  const advice = `sign in with skerry login --url ${url}, set SKERRY_API_KEY, or give --key`;
  throw new UsageError(`no API key for ${url}${whom}: ${advice}`);
}

function listNames(profiles: readonly Profile[]): string {
  return profiles.map(({ name }) => name).join(", ");
}

/** The URL of a server without a trailing slash. @throws UsageError for what is none, or not that which the profile is for. */
export function readUrl(text: string, ofProfile?: string): string {
  if (!isServerUrl(text)) {
    throw new UsageError(
      `--url takes a URL such as https://scripts.example.com, not ${JSON.stringify(text)}`,
    );
  }
  const url = text.replace(/\/+$/, "");
  if (ofProfile === undefined || ofProfile === url) return url;
  throw new UsageError(`the profile is for ${ofProfile}, not for ${url}; leave out --url or --profile`);
}

/** The key as it is sent. @throws UsageError for what is none. */
export function readKey(text: string): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw new UsageError("--key takes an API key, which has no spaces in it");
}
