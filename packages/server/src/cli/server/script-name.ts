import { SkerryClientError } from "@skerry/client";
import type { Client } from "@skerry/client";
import { UsageError } from "../command.ts";
import { findClosestWord } from "../arguments/closest-word.ts";

/**
 * The script that a command line is about, by id or name.
 *
 * @throws UsageError when none is named, or more words follow than `most` after it.
 */
export function readScriptName(positionals: readonly string[], most = 0): string {
  const [script] = positionals;
  if (script === undefined || script === "") throw new UsageError("no SCRIPT given");
  const extra = positionals[1 + most];
  if (extra !== undefined) throw new UsageError(`unexpected argument ${JSON.stringify(extra)}`);
  return script;
}

/** Does something with a script; where there is none of that name, the error also says which one may be meant. */
export async function withScript<Result>(
  client: Client,
  script: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SkerryClientError) || error.code !== "SCRIPT_NOT_FOUND") throw error;
    const closest = await findClosestScript(client, script);
    if (closest === undefined) throw error;
    const detail = `${error.detail} Did you mean ${closest}?`;
    throw new SkerryClientError(error.code, detail, error.status, { cause: error });
  }
}

/** Among the newest 200. The first error is worth more than one of this. */
async function findClosestScript(client: Client, script: string): Promise<string | undefined> {
  try {
    const { items } = await client.scripts.list({ limit: 200 });
    return findClosestWord(
      script,
      items.map(({ name }) => name),
    );
  } catch {
    return undefined;
  }
}
