import type { HostData } from "@skerry/sandbox/bridges";
import type { SourceRange } from "../errors.ts";
import type { Settings } from "../runtime/guest/settings.ts";

/** Where in a template something is. */
export interface Place {
  readonly range: SourceRange;
  /** For people, e.g. `line 1, column 4`; in a tree with the path of the template. */
  readonly text: string;
}

/** A compiled template, or a tree of them. */
export interface Program {
  /** Whether it may evaluate templates that it makes itself. */
  readonly hasNested: boolean;
  /** Names of the data that it may read, unless it has nested templates, which may read any. */
  readonly dataNames: readonly string[];
  /** Body of a function for a bridge. */
  code(settings: Settings): string;
  /** The value, where it takes no guest to know it, else `UNSURE`. Runs nothing of the author's. */
  evaluateDirect(data: HostData, settings: Settings): unknown;
  placeOf(chunk: number): Place | undefined;
}
