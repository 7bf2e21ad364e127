import type { ErrorKind } from "@skerry/sandbox";

/** What is known of a code that a route can answer. */
export interface ErrorRow {
  readonly status: number;
  readonly kind: ErrorKind;
  readonly title: string;
  /** What it means and how to mend it; `docs/errors.md` is generated from it. */
  readonly help: string;
}
