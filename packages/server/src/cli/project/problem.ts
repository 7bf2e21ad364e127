import type { Api } from "@skerry/client";
import type { ProjectErrorCode } from "../errors.ts";

/** One thing that is wrong with a file of a project. */
export interface FileProblem {
  /** Relative to the project's folder, with forward slashes. */
  readonly file: string;
  /** Counts from 1; absent where the file as a whole is meant. */
  readonly line?: number;
  /** In characters, counts from 1. */
  readonly column?: number;
  readonly message: string;
  /** The author's line with a mark under the place. */
  readonly frame?: string;
}

/** Why nothing was done with the files of a project; its message lists all problems. */
export class ProjectError extends Error {
  override readonly name = "ProjectError";
  /** That of a server where the server refused the files. */
  readonly code: ProjectErrorCode | Api.ErrorCode;
  /** The message without the problems. */
  readonly summary: string;
  /** All of them, file by file. */
  readonly problems: readonly FileProblem[];

  constructor(
    code: ProjectErrorCode | Api.ErrorCode,
    summary: string,
    problems: readonly FileProblem[] = [],
    options?: ErrorOptions,
  ) {
    super([summary, ...problems.map(describeProblem)].join("\n"), options);
    this.code = code;
    this.summary = summary;
    this.problems = problems;
  }
}

/** @throws ProjectError `PROJECT_INVALID` when there is any. */
export function refuseProblems(problems: readonly FileProblem[]): void {
  if (problems.length === 0) return;
  const summary =
    problems.length === 1 ? "A file cannot be used:" : `${problems.length} things are wrong in the files:`;
  throw new ProjectError("PROJECT_INVALID", summary, problems);
}

/** `file:line:column: message`, which editors and terminals make a link of, and the line that is meant. */
export function describeProblem({ file, line, column, message, frame }: FileProblem): string {
  const place = [file, ...(line === undefined ? [] : [line, column ?? 1])].join(":");
  return `${place}: ${message}${frame === undefined ? "" : `\n${frame}`}`;
}
