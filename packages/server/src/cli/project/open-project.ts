import type { Client } from "@skerry/client";
import { chooseRemote, openRemote } from "../server/remote.ts";
import type { RemoteWishes } from "../server/remote.ts";
import { requireProject } from "./manifest.ts";
import type { Project } from "./manifest.ts";

/** A project and the server that it is kept in step with. */
export interface OpenProject {
  readonly project: Project;
  readonly url: string;
  readonly client: Client;
}

/** @throws ProjectError, or UsageError for a server that cannot be chosen. */
export async function openProject(wishes: RemoteWishes, answerMs?: number): Promise<OpenProject> {
  const project = await requireProject(wishes.project ?? ".");
  const remote = await chooseRemote(wishes);
  return { project, url: remote.url, client: openRemote(remote, answerMs) };
}
