import { SkerryError } from "../../problems/errors.ts";
import { compileScript } from "../../scripts/compile.ts";
import { fileNameOf } from "../../scripts/script.ts";
import type { FileProblem } from "./problem.ts";
import type { ScriptFile } from "./script-files.ts";

/** What the compiler has against a file. What it imports is not looked at: only a server has that. */
export async function findCompileProblems(script: ScriptFile): Promise<FileProblem[]> {
  const { name, file, source, language } = script;
  try {
    await compileScript({ fileName: fileNameOf(script, language), source, language, libraryName: name });
    return [];
  } catch (error) {
    if (!(error instanceof SkerryError) || error.code !== "SCRIPT_COMPILE") return [];
    return (error.details ?? []).map(({ message, line, column, frame }) => ({
      file,
      message,
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
      ...(frame === undefined ? {} : { frame }),
    }));
  }
}
