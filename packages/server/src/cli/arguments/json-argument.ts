import { readFile } from "node:fs/promises";
import { UsageError } from "../command.ts";

/**
 * The JSON text of an option that takes `JSON|@FILE`.
 *
 * @throws UsageError when the file cannot be read, or when it is no JSON.
 */
export async function readJsonArgument(option: string, argument: string): Promise<string> {
  const json = argument.startsWith("@") ? await readTextFile(argument.slice(1), option) : argument;
  try {
    JSON.parse(json);
  } catch (error) {
    throw new UsageError(`${option} is not JSON: ${(error as SyntaxError).message}`);
  }
  return json;
}

/** @throws UsageError when it cannot be read; `what` says what for. */
export async function readTextFile(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new UsageError(`cannot read ${what}: ${(error as Error).message}`);
  }
}
