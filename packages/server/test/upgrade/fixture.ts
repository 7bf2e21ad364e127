import { readdir, readFile, writeFile } from "node:fs/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import type { InstallationState } from "./state.ts";
import type { Snapshot } from "./snapshot.ts";

/** An installation as a version of Skerry left it. */
export interface UpgradeFixture {
  /** The commit that left it. */
  readonly commit: string;
  /** Those that were run by then; the last one names the file. */
  readonly migrations: readonly string[];
  /** As `describeSchema` gave it. */
  readonly schema: readonly string[];
  readonly snapshot: Snapshot;
  /** What the data folder or the environment held. */
  readonly keys: InstallationKeys;
  readonly state: InstallationState;
}

/** For tests alone: whoever has the fixtures has the keys. */
export interface InstallationKeys {
  readonly operatorKey: string;
  readonly masterKey: string;
}

const FIXTURES = new URL("fixtures/", import.meta.url);
const SUFFIX = ".json.gz";

/** The names of all fixtures, oldest first. */
export async function listFixtures(): Promise<string[]> {
  const files = await readdir(FIXTURES);
  return files
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort();
}

export async function readFixture(name: string): Promise<UpgradeFixture> {
  const packed = await readFile(new URL(name + SUFFIX, FIXTURES));
  return JSON.parse(gunzipSync(packed).toString()) as UpgradeFixture;
}

/** @returns its size in bytes. */
export async function writeFixture(name: string, fixture: UpgradeFixture): Promise<number> {
  const packed = gzipSync(JSON.stringify(fixture), { level: 9 });
  await writeFile(new URL(name + SUFFIX, FIXTURES), packed);
  return packed.byteLength;
}
