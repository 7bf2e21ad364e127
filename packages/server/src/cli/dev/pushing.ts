import { SkerryClientError } from "@skerry/client";
import type { Api, Client } from "@skerry/client";
import type { Project } from "../project/manifest.ts";
import { ProjectError } from "../project/problem.ts";
import { planPush, sendPush } from "../project/push.ts";
import type { DevEvent, Endpoint } from "./dev-event.ts";

/** Brings a folder's scripts to a local server, one push after another. */
export interface Pusher {
  /** Pushes the folder as it is now, or once more where that is being done. */
  push(): void;
  /** Resolves when nothing is being pushed. */
  idle(): Promise<void>;
}

/** What is pushed, where to, and who is told. */
export interface PusherOptions {
  /** Of the server. */
  readonly url: string;
  readonly client: Client;
  readonly project: Project;
  readonly tell: (event: DevEvent) => void;
  /** Told of what says nothing of files or the server. */
  readonly onDefect: (error: unknown) => void;
}

/** The base of a local server is kept beside those of others, under this name in place of an address. */
const PEER = "skerry dev";

export function createPusher(options: PusherOptions): Pusher {
  let pushing: Promise<void> | undefined;
  let isStale = false;

  async function pushAll(): Promise<void> {
    while (isStale) {
      isStale = false;
      await pushOnce(options);
    }
  }

  return {
    push() {
      isStale = true;
      if (pushing !== undefined) return;
      pushing = pushAll()
        .catch(options.onDefect)
        .finally(() => (pushing = undefined));
    },
    async idle() {
      await pushing;
    },
  };
}

/** The folder is right in everything: what is not in it goes, what was changed at the server is overwritten. */
async function pushOnce({ url, client, project, tell }: PusherOptions): Promise<void> {
  try {
    const plan = await planPush(client, project, { url: PEER, force: true, delete: true });
    if (plan.scripts.length + plan.deletions.length === 0) return;
    const { scripts } = await sendPush(client, project, plan, { url: PEER, dryRun: false });
    const changed = scripts.filter(({ change }) => change !== "unchanged");
    const types = new Map(plan.scripts.map(({ script }) => [script.name, script.config.type]));
    const endpoints = changed.filter(({ name }) => types.get(name) === "http");
    tell({ event: "pushed", scripts: changed, endpoints: await locate(client, endpoints, url) });
  } catch (error) {
    tell(readRefusal(error));
  }
}

async function locate(
  client: Client,
  scripts: Api.PushResult["scripts"],
  serverUrl: string,
): Promise<Endpoint[]> {
  const details = await Promise.all(scripts.map(({ name }) => client.scripts.get(name)));
  return details.flatMap(({ name, url }) =>
    url === undefined ? [] : [{ name, url: new URL(url, serverUrl).href }],
  );
}

/** @throws what says nothing of files or the server: a defect. */
function readRefusal(error: unknown): DevEvent {
  if (error instanceof ProjectError) {
    const { code, message, problems } = error;
    return { event: "refused", code, message, problems };
  }
  if (error instanceof SkerryClientError) {
    return { event: "refused", code: error.code, message: error.detail, problems: [] };
  }
  // A file that went away while it was read, or that may not be read.
  if (error instanceof Error && "code" in error && typeof error.code === "string") {
    return { event: "refused", code: error.code, message: error.message, problems: [] };
  }
  throw error;
}
