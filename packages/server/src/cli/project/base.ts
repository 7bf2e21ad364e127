import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { replaceFile } from "../files/replacement.ts";
import { readJsonFile } from "../files/json-file.ts";
import { STATE_FOLDER } from "./manifest.ts";
import type { Project } from "./manifest.ts";

/** What a script was at a server and in its file when the two last were the same. */
export interface BaseScript {
  /** Relative to the project's folder. */
  readonly file: string;
  /** SHA-256 of the file's text, hexadecimal. */
  readonly checksum: string;
  readonly version: number;
  readonly revision: string;
}

/** By the names of the scripts. */
export type Base = ReadonlyMap<string, BaseScript>;

/** Whose scripts a base is about: a folder may be pushed to several. */
export interface Peer {
  readonly url: string;
  readonly tenant: string;
}

const baseScript = z.object({
  file: z.string(),
  checksum: z.string(),
  version: z.int(),
  revision: z.string(),
});
const stored = z.object({
  format: z.literal(1),
  peers: z.array(
    z.object({ url: z.string(), tenant: z.string(), scripts: z.record(z.string(), baseScript) }),
  ),
});
type Stored = z.output<typeof stored>;

const IGNORE_ALL = "*\n";

/** What was last pulled or pushed; empty before the first time, and where its file was lost or spoilt. */
export async function readBase(project: Project, peer: Peer): Promise<Base> {
  const { peers } = await readStored(project);
  return new Map(Object.entries(peers.find((each) => isSame(each, peer))?.scripts ?? {}));
}

/** Keeps the base of one peer. The folder that it is in ignores itself, so Git never has it. */
export async function writeBase(project: Project, peer: Peer, base: Base): Promise<void> {
  const { peers } = await readStored(project);
  const others = peers.filter((each) => !isSame(each, peer));
  const scripts = Object.fromEntries([...base].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const content: Stored = { format: 1, peers: [...others, { ...peer, scripts }] };
  const file = baseFile(project);
  await mkdir(dirname(file), { recursive: true });
  await replaceFile(join(dirname(file), ".gitignore"), IGNORE_ALL);
  await replaceFile(file, `${JSON.stringify(content, null, 2)}\n`);
}

/** The checksum by which a file is known again. */
export function checksumOfText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function baseFile({ root }: Project): string {
  return join(root, STATE_FOLDER, "base.json");
}

async function readStored(project: Project): Promise<Stored> {
  const { data } = stored.safeParse((await readJsonFile(baseFile(project)))?.value);
  return data ?? { format: 1, peers: [] };
}

function isSame(one: Peer, other: Peer): boolean {
  return one.url === other.url && one.tenant === other.tenant;
}
