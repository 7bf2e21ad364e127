/** One thing that a repository check found. */
export interface Finding {
  /** Relative to the repository, with `/`. */
  readonly file: string;
  /** Counted from 1. */
  readonly line?: number;
  readonly message: string;
  /** Told, but no reason to fail. Default false. */
  readonly isNote?: boolean;
}

/** A check of the repository that lies in the folder `root`. */
export type RepositoryCheck = (root: string) => Promise<readonly Finding[]>;

/** Writes a finding the way terminals make it a link: `file:line: message`. */
export function formatFinding(finding: Finding): string {
  const place = finding.line === undefined ? finding.file : `${finding.file}:${finding.line}`;
  return `${place}: ${finding.isNote ? "note: " : ""}${finding.message}`;
}
