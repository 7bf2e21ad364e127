import type { Stats } from "node:fs";
import { lstat, realpath } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { z } from "zod";
import { isTenantId } from "../../tenants/tenant.ts";
import { readJsonFile } from "../files/json-file.ts";
import { ProjectError, refuseProblems } from "./problem.ts";

/** The file that makes a folder a project. */
export const MANIFEST_FILE = "skerry.json";
/** Folder of a project for what Git does not keep. */
export const STATE_FOLDER = ".skerry";

/** Folder of the scripts where skerry.json names none. */
export const DEFAULT_SCRIPTS = "scripts";

/** A folder whose scripts belong to one tenant of one server. */
export interface Project {
  /** Absolute; `skerry.json` is in it. */
  readonly root: string;
  /** The server, without a trailing slash. */
  readonly url: string | undefined;
  /** The tenant that the scripts are for; requests name it, so that no other one is changed by mistake. */
  readonly tenant: string | undefined;
  /** Absolute and within the root; it may not be there yet. */
  readonly scriptsFolder: string;
}

/** Tells whether a text is the URL of a server. */
export function isServerUrl(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text);
}

/** Shape of `skerry.json`. Keys have no place in it: it is kept in Git. */
export const manifest = z.strictObject({
  $schema: z.string().optional(),
  url: z.string().refine(isServerUrl, "must be a URL such as https://scripts.example.com").optional(),
  tenant: z.string().refine(isTenantId, "must be the id of a tenant").optional(),
  scripts: z
    .string()
    .refine(isInnerPath, "must be a folder below that of skerry.json, such as scripts")
    .default(DEFAULT_SCRIPTS),
});

/** Finds the project that a folder belongs to: its own `skerry.json`, or that of the nearest folder above. */
export async function findProject(folder: string): Promise<Project | undefined> {
  const start = resolve(folder);
  for (let root = start; ; root = dirname(root)) {
    const found = await readJsonFile(join(root, MANIFEST_FILE));
    if (found !== undefined) return await readProject(root, found.value);
    if (dirname(root) === root) return undefined;
  }
}

/** @throws ProjectError `PROJECT_NOT_FOUND`, or `PROJECT_INVALID` for a `skerry.json` that cannot be used. */
export async function requireProject(folder: string): Promise<Project> {
  const project = await findProject(folder);
  if (project !== undefined) return project;
  const message = `There is no ${MANIFEST_FILE} in ${resolve(folder)} or above it. Make a project with skerry init.`;
  throw new ProjectError("PROJECT_NOT_FOUND", message);
}

async function readProject(root: string, content: unknown): Promise<Project> {
  const { success, data, error } = manifest.safeParse(content);
  if (!success) {
    const problems = error.issues.map(({ path, message }) => {
      const place = path.length === 0 ? "" : `${z.core.toDotPath(path)}: `;
      return { file: MANIFEST_FILE, message: `${place}${message}` };
    });
    throw new ProjectError("PROJECT_INVALID", `${MANIFEST_FILE} cannot be used.`, problems);
  }
  const scriptsFolder = resolve(root, data.scripts);
  await refuseStateLink(root);
  await requireInside(root, scriptsFolder);
  return { root, url: data.url?.replace(/\/+$/, ""), tenant: data.tenant, scriptsFolder };
}

/**
 * No link may lead what is read and written out of the project.
 *
 * @param folder Absolute and below the root; it may not be there yet.
 * @throws ProjectError `PROJECT_INVALID`.
 */
export async function requireInside(root: string, folder: string): Promise<void> {
  const [from, to] = await Promise.all([followLinks(root), followLinks(folder)]);
  if (from !== undefined && to !== undefined && isInnerPath(relative(from, to))) return;
  const message = "is or lies behind a link that leads out of the project, or nowhere";
  refuseProblems([{ file: relative(root, folder), message }]);
}

/** Where a path leads, be it that some of its last steps are folders to be made. @returns undefined behind a broken link. */
async function followLinks(path: string): Promise<string | undefined> {
  let present = path;
  while ((await lookAt(present)) === undefined && dirname(present) !== present) present = dirname(present);
  const real = await realpath(present).catch(() => undefined);
  return real === undefined ? undefined : join(real, relative(present, path));
}

/** @throws ProjectError `PROJECT_INVALID`. */
async function refuseStateLink(root: string): Promise<void> {
  const found = await lookAt(join(root, STATE_FOLDER));
  if (found?.isSymbolicLink() !== true) return;
  refuseProblems([{ file: STATE_FOLDER, message: "is a link, and has to be a folder; remove the link" }]);
}

/** What is at a path itself: a link is not followed. */
function lookAt(path: string): Promise<Stats | undefined> {
  return lstat(path).catch(() => undefined);
}

/** Tells whether a path leads to something below the folder that it begins at. */
function isInnerPath(path: string): boolean {
  const steps = relative(sep, resolve(sep, path));
  return path !== "" && !/^[/\\]|^[a-z]:/i.test(path) && !path.split(/[/\\]/).includes("..") && steps !== "";
}
