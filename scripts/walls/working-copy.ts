import {
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  realpath,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseSync } from "vite";
import type { WallSwitch } from "./wall-switch.ts";

/** What no test reads. */
const LEFT_OUT = new Set([".git", ".skerry", "dist", "coverage"]);

/** What to put in the place of which text. */
export type SourceChange = Pick<WallSwitch, "file" | "find" | "replace">;

/** Why a switch does not fit the sources any more. */
export class StaleSwitchError extends Error {
  override readonly name = "StaleSwitchError";
}

/** A copy of the repository's sources, to be changed at will; it goes with its scope. */
export class WorkingCopy implements AsyncDisposable {
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  /** Copies the working tree as it is now, uncommitted changes included. Installed packages are linked. */
  static async create(root: string): Promise<WorkingCopy> {
    // Tests compare paths: none may lead through a link.
    const folder = await realpath(await mkdtemp(join(tmpdir(), "skerry-walls-")));
    await copyFolder(root, folder);
    return new WorkingCopy(folder);
  }

  /**
   * Does `work` while a switch is thrown.
   *
   * @throws StaleSwitchError as {@link readChanged}.
   */
  async with<Result>(each: SourceChange, work: () => Promise<Result>): Promise<Result> {
    const path = join(this.root, each.file);
    const { text, changed } = await readChanged(this.root, each);
    await writeFile(path, changed);
    try {
      return await work();
    } finally {
      await writeFile(path, text);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}

/**
 * The text of a switch's file, and what the switch makes of it.
 *
 * @throws StaleSwitchError when the text to replace is not there exactly once, or the result does not parse.
 */
export async function readChanged(
  root: string,
  { file, find, replace }: SourceChange,
): Promise<{ readonly text: string; readonly changed: string }> {
  const text = await readFile(join(root, file), "utf8").catch(() => {
    throw new StaleSwitchError(`there is no ${file}`);
  });
  const count = text.split(find).length - 1;
  if (count !== 1) throw new StaleSwitchError(`${file} has the text to replace ${count} times, not once`);
  const changed = text.replace(find, () => replace);
  const [error] = parseSync(file, changed).errors;
  if (error) throw new StaleSwitchError(`${file} does not parse with the change: ${error.message}`);
  return { text, changed };
}

async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (LEFT_OUT.has(entry.name)) continue;
    if (entry.name === "node_modules") await linkPackages(source, target);
    else if (entry.isDirectory()) await copyFolder(source, target);
    else if (entry.isFile()) await copyFile(source, target);
  }
}

/** Links every package. npm's own links to the workspace are relative, and so lead to the copies of it. */
async function linkPackages(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    // Caches, and npm's own records.
    if (entry.name.startsWith(".")) continue;
    if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else if (entry.name.startsWith("@")) await linkPackages(source, target);
    else await symlink(source, target);
  }
}
