import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { readConfig } from "../../config.ts";
import { UsageError } from "../command.ts";
import { replaceFile } from "../files/replacement.ts";
import { readJsonFile } from "../files/json-file.ts";

/** How one of the user's servers lets them in. */
export interface Profile {
  /** What `--profile` calls it. */
  readonly name: string;
  /** Without a trailing slash. */
  readonly url: string;
  /** Undefined for the key of an operator. */
  readonly tenant: string | undefined;
  readonly apiKey: string;
}

const OWNER_ONLY_FILE = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

const stored = z.strictObject({
  profiles: z.array(
    z.strictObject({ name: z.string(), url: z.string(), tenant: z.string().optional(), apiKey: z.string() }),
  ),
});

/** Where the keys are kept: a file that only this user can read. */
export function credentialsFile(): string {
  return join(readConfig().userFolder, "credentials.json");
}

/**
 * Every profile of this user; the one that was signed in last is the last.
 *
 * @throws UsageError for a file that was not written by {@link addProfile}.
 */
export async function readProfiles(): Promise<readonly Profile[]> {
  const file = credentialsFile();
  const found = await readJsonFile(file);
  if (found === undefined) return [];
  const { data, success } = stored.safeParse(found.value);
  if (!success) throw new UsageError(`${file} cannot be read; delete it and sign in again with skerry login`);
  return data.profiles.map(({ name, url, tenant, apiKey }) => ({ name, url, tenant, apiKey }));
}

/** Keeps a profile, in place of one with its name. */
export async function addProfile(profile: Profile): Promise<void> {
  const others = (await readProfiles()).filter(({ name }) => name !== profile.name);
  await writeProfiles([...others, profile]);
}

/** Forgets profiles. */
export async function removeProfiles(names: readonly string[]): Promise<void> {
  await writeProfiles((await readProfiles()).filter(({ name }) => !names.includes(name)));
}

/** What is read is the whole old file or the whole new one. */
async function writeProfiles(profiles: readonly Profile[]): Promise<void> {
  const file = credentialsFile();
  await mkdir(dirname(file), { recursive: true, mode: OWNER_ONLY_FOLDER });
  await replaceFile(file, `${JSON.stringify({ profiles }, null, 2)}\n`, OWNER_ONLY_FILE);
}
