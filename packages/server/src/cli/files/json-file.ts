import { readFile } from "node:fs/promises";

/** What a file holds; `value` is undefined for what is no JSON, which no schema takes. */
export interface JsonFile {
  readonly value: unknown;
}

/** Reads a file of JSON. @returns undefined where there is no file. */
export async function readJsonFile(path: string): Promise<JsonFile | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { value: undefined };
  }
}
