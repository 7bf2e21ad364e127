import { SkerryClientError } from "@skerry/client";
import type { Client } from "@skerry/client";
import { z } from "zod";
import { SCRIPT_STATUSES, SCRIPT_TYPES } from "../../db/schema.ts";
import * as field from "../../scripts/fields.ts";
import type { ConfigProblem } from "../../scripts/source-config/config-problem.ts";
import { writeScriptConfig } from "../../scripts/source-config/config-writing.ts";
import type { ScriptConfig } from "../../scripts/source-config/script-config.ts";
import type { ScriptFile } from "./script-files.ts";

/** A script that a server has. */
export interface ServerScript {
  readonly name: string;
  readonly revision: string;
  /** Published; null for a draft. */
  readonly version: number | null;
  readonly latestVersion: number;
  readonly author: string | null;
  /** RFC 3339. */
  readonly updatedAt: string;
  /** As a pull would write it; undefined for what files have no place for: drafts, and what is archived. */
  readonly file: (Pick<ScriptFile, "language" | "source"> & { readonly config: ScriptConfig }) | undefined;
  /** Why its `config` cannot be kept in the file. */
  readonly problem: ConfigProblem | undefined;
}

/** All scripts of a tenant. */
export interface ServerScripts {
  readonly tenant: string;
  readonly scripts: ReadonlyMap<string, ServerScript>;
}

/** What is relied on; names become those of files, so they are looked at before they do. */
const answer = z.object({
  tenant: z.string(),
  scripts: z.array(
    z.object({
      name: field.name,
      type: z.enum(SCRIPT_TYPES),
      status: z.enum(SCRIPT_STATUSES),
      description: z.string(),
      tags: z.array(z.string()),
      revision: z.string(),
      version: z.int().nullable(),
      latestVersion: z.int(),
      author: z.string().nullable(),
      updatedAt: z.iso.datetime(),
      content: z
        .object({ language: field.language, source: z.string(), settings: z.record(z.string(), z.unknown()) })
        .optional(),
    }),
  ),
});
type AnsweredScript = z.output<typeof answer>["scripts"][number];

/** @throws SkerryClientError, `ANSWER_INVALID` for scripts that cannot be files among them. */
export async function fetchScripts(client: Client): Promise<ServerScripts> {
  const { data, error } = answer.safeParse(await client.transfer.pull());
  if (error !== undefined) {
    const [issue] = error.issues;
    const place = z.core.toDotPath(issue?.path ?? []);
    throw new SkerryClientError(
      "ANSWER_INVALID",
      `The scripts cannot be read: ${place}: ${issue?.message}`,
      200,
    );
  }
  const scripts = new Map<string, ServerScript>();
  for (const script of data.scripts) scripts.set(script.name, await describe(script));
  return { tenant: data.tenant, scripts };
}

async function describe(script: AnsweredScript): Promise<ServerScript> {
  const { name, type, status, description, tags, content } = script;
  const { revision, version, latestVersion, author, updatedAt } = script;
  const facts = { name, revision, version, latestVersion, author, updatedAt };
  if (content === undefined || status === "archived")
    return { ...facts, file: undefined, problem: undefined };
  const { language, settings } = content;
  const config = { type, description, tags, settings };
  const { source, problem } = await writeScriptConfig(content.source, config);
  return { ...facts, file: { language, source, config }, problem };
}
