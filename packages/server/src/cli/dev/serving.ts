import { relative } from "node:path";
import type { Client } from "@skerry/client";
import type { Project } from "../project/manifest.ts";
import { followAllLogs, KNOWN_EXECUTIONS } from "../server/log-follower.ts";
import { createScriptNames } from "../server/log-text.ts";
import type { DevEvent } from "./dev-event.ts";
import type { DevServer } from "./dev-server.ts";
import { watchFolder } from "./folder-watch.ts";
import { createPusher } from "./pushing.ts";

/** What is served, where, and who is told. */
export interface ServingOptions {
  readonly server: Omit<DevServer, typeof Symbol.asyncDispose>;
  readonly project: Project;
  readonly tell: (event: DevEvent) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Keeps a server in step with the folder of a project, and tells what runs there, until the signal is aborted and the last
 * push has ended.
 *
 * @throws what says nothing of files or the server: a defect.
 */
export async function serveFolder({ server, project, tell, signal }: ServingOptions): Promise<void> {
  const { client, url, signInUrl, keyFile, isolationLevel } = server;
  const failing = new AbortController();
  const onDefect = (error: unknown): void => failing.abort(error);
  const pusher = createPusher({ url, client, project, tell, onDefect });
  const folder = project.scriptsFolder;
  // Before the first push, so that no change gets lost between the two.
  using _watch = await watchFolder({ folder, onChange: () => pusher.push() });
  tell({
    event: "ready",
    url,
    signInUrl,
    keyFile,
    isolationLevel,
    folder: relative(".", folder),
  });
  pusher.push();
  try {
    await followExecutions(client, tell, AbortSignal.any([signal, failing.signal]));
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  await pusher.idle();
}

/** Shows what executions log and how they end, until the signal is aborted. */
async function followExecutions(
  client: Client,
  tell: ServingOptions["tell"],
  signal: AbortSignal,
): Promise<void> {
  const nameScript = createScriptNames(client);
  let telling = Promise.resolve();
  // Names are asked for, and events still told in their order.
  const tellNamed = (scriptId: string, compose: (script: string) => DevEvent): void => {
    telling = telling.then(async () => tell(compose(await nameScript(scriptId))));
  };
  await followAllLogs({
    client,
    known: (await client.executions.list({ limit: KNOWN_EXECUTIONS })).items,
    signal,
    onLine: (line, execution) =>
      tellNamed(execution.scriptId, (script) => ({ event: "log", script, execution, line })),
    onEnd: (execution) => tellNamed(execution.scriptId, (script) => ({ event: "end", script, execution })),
    onOutage: () => {},
    onOverflow: () => void process.stderr.write("too many executions to follow: some are left out\n"),
  });
}
