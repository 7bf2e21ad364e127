import { basename, extname } from "node:path";
import { DEFAULT_LIMITS } from "@skerry/sandbox";
import type { ExecutionLimits } from "@skerry/sandbox";
import type { ScriptLanguage } from "../../scripts/compile.ts";
import { parseArguments, UsageError } from "../command.ts";
import { readJsonArgument, readTextFile } from "../arguments/json-argument.ts";
import { readWholeNumber } from "../arguments/number-argument.ts";

const LANGUAGES: ReadonlyMap<string, ScriptLanguage> = new Map([
  [".ts", "ts"],
  [".mts", "ts"],
  [".js", "js"],
  [".mjs", "js"],
]);

const MAX_TIMEOUT_MS = 24 * 60 * 60 * 1000;
const MAX_MEMORY_MB = 8 * 1024;

export const EXEC_OPTIONS = {
  input: { type: "string" },
  "timeout-ms": { type: "string" },
  "memory-mb": { type: "string" },
  json: { type: "boolean" },
} as const;

/** What one command line of `skerry exec` asks for, checked. */
export interface ExecPlan {
  readonly fileName: string;
  readonly source: string;
  readonly language: ScriptLanguage;
  readonly inputJson: string;
  readonly limits: ExecutionLimits;
  readonly printReport: boolean;
}

/** @throws UsageError for anything that cannot be run as asked, unreadable files included. */
export async function readPlan(args: readonly string[]): Promise<ExecPlan> {
  const { values, positionals } = parseArguments(args, EXEC_OPTIONS);
  const [file, extra] = positionals;
  if (file === undefined) throw new UsageError("no FILE given");
  if (extra !== undefined) throw new UsageError(`one FILE at a time; unexpected ${JSON.stringify(extra)}`);
  const language = LANGUAGES.get(extname(file));
  if (language === undefined) {
    throw new UsageError(`${file}: a script file ends in ${[...LANGUAGES.keys()].join(", ")}`);
  }
  return {
    fileName: basename(file),
    language,
    inputJson: values.input === undefined ? "null" : await readJsonArgument("--input", values.input),
    limits: readLimits(values["timeout-ms"], values["memory-mb"]),
    printReport: values.json ?? false,
    source: await readTextFile(file, "the script"),
  };
}

function readLimits(timeoutMs: string | undefined, memoryMb: string | undefined): ExecutionLimits {
  const time = readWholeNumber("--timeout-ms", timeoutMs, MAX_TIMEOUT_MS);
  const memory = readWholeNumber("--memory-mb", memoryMb, MAX_MEMORY_MB);
  return {
    ...DEFAULT_LIMITS,
    ...(time === undefined ? {} : { cpuMs: time, wallMs: time }),
    ...(memory === undefined ? {} : { memoryMb: memory }),
  };
}
