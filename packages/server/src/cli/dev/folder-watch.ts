import { watch } from "node:fs";
import type { FSWatcher } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/** What is watched, and who is told. */
export interface FolderWatchOptions {
  readonly folder: string;
  /** Told after files were added, changed, renamed or removed, once for what happens together. */
  readonly onChange: () => void;
}

/** Editors write a file in several steps, and Git many files in one. */
const SETTLE_MS = 100;
/** What the system does not tell of, as over network shares, is seen after this. */
const RESCAN_MS = 1_000;

/**
 * Watches the files that lie in a folder, which need not be there yet. What the system tells is only a reason to look: what
 * counts is that names, sizes or times of change are others than before, so nothing is told twice and nothing is missed.
 */
export async function watchFolder({ folder, onChange }: FolderWatchOptions): Promise<Disposable> {
  /** As it was told of, and as it was seen last: what still changes is not told yet. */
  let known = await describeFolder(folder);
  let seen = known;
  let watcher = listen();
  let settling: NodeJS.Timeout | undefined;
  let isScanning = false;
  let isOver = false;

  function listen(): FSWatcher | undefined {
    try {
      return watch(folder, look).on("error", deafen);
    } catch {
      // It is not there, or the system has no watchers left: looking again has to do.
      return undefined;
    }
  }

  function deafen(): void {
    watcher?.close();
    watcher = undefined;
  }

  function look(): void {
    clearTimeout(settling);
    settling = setTimeout(() => void scan(), SETTLE_MS);
  }

  async function scan(): Promise<void> {
    if (isScanning || isOver) return;
    isScanning = true;
    const present = await describeFolder(folder);
    isScanning = false;
    if (isOver) return;
    // A folder that was removed and made anew has another watcher.
    if (present === undefined) deafen();
    else watcher ??= listen();
    if (present !== seen) {
      seen = present;
      look();
    } else if (present !== known) {
      known = present;
      onChange();
    }
  }

  const rescan = setInterval(() => void scan(), RESCAN_MS);
  return {
    [Symbol.dispose]() {
      isOver = true;
      clearInterval(rescan);
      clearTimeout(settling);
      deafen();
    },
  };
}

/** A text that is another one after every change. @returns undefined for what is no folder. */
async function describeFolder(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => undefined);
  if (names === undefined) return undefined;
  const files = await Promise.all(
    names.toSorted().map(async (name) => {
      const found = await lstat(join(folder, name), { bigint: true }).catch(() => undefined);
      return [name, found?.size, found?.mtimeNs, found?.ino].join("/");
    }),
  );
  return files.join("\n");
}
