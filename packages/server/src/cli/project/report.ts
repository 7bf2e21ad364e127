import { EXIT_FAILURE } from "../command.ts";
import { PROJECT_ERRORS } from "../errors.ts";
import { SERVER_ERRORS } from "../../problems/error-table.ts";
import { EXIT_LIMIT } from "../exec/report.ts";
import { reportRemote } from "../server/remote-report.ts";
import type { RemoteReportOptions } from "../server/remote-report.ts";
import { escapeControls, indentContinuation } from "../terminal/text.ts";
import { ProjectError } from "./problem.ts";

/**
 * Does the work of a verb on a project, prints what came of it, and answers the exit code as `reportRemote` does. What is
 * wrong with files is listed file by file.
 */
export async function reportProject<Output>(
  work: () => Promise<Output>,
  options: RemoteReportOptions<Output>,
): Promise<number> {
  try {
    return await reportRemote(work, options);
  } catch (error) {
    if (!(error instanceof ProjectError)) throw error;
    printFailure(error, options.asJson);
    return error.code.endsWith("_LIMIT") ? EXIT_LIMIT : EXIT_FAILURE;
  }
}

function printFailure(error: ProjectError, asJson: boolean): void {
  const { code, summary, message, problems } = error;
  const hint = findHint(code);
  if (asJson) {
    const failure = { code, message: summary, status: null, errors: problems, hint };
    const report = { status: "failed", output: null, error: failure };
    process.stdout.write(`${escapeControls(JSON.stringify(report))}\n`);
    return;
  }
  const lines = [`${code}: ${message}`, ...(hint === null ? [] : [`Hint: ${hint}`])];
  process.stderr.write(`${indentContinuation(escapeControls(lines.join("\n")), "  ")}\n`);
}

function findHint(code: string): string | null {
  const tables: Readonly<Record<string, { readonly help: string } | undefined>> = {
    ...SERVER_ERRORS,
    ...PROJECT_ERRORS,
  };
  return tables[code]?.help ?? null;
}

/** Tells on stderr what is being done, where somebody looks at it. */
export function tellProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${escapeControls(text)}\n`);
}

/** `3 scripts`, `1 script`. */
export function countScripts(count: number): string {
  return count === 1 ? "1 script" : `${count} scripts`;
}
