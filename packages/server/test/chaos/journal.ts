import { appendFileSync, readFileSync } from "node:fs";

/** What a publisher asks the platform for: an event, or a run of a one-off script. */
export type WorkKind = "event" | "oneoff";

/** Something that a publisher is about to ask for; whether the platform took it is open until a later note says so. */
export interface Attempted {
  readonly what: "attempted";
  readonly at: number;
  readonly kind: WorkKind;
  readonly tenant: string;
  /** Travels in the payload, and is never used for anything else. */
  readonly token: string;
  /** The event's type; empty for a one-off script. */
  readonly type: string;
  /** Of the event, where the publisher chose it. */
  readonly id: string | null;
}

/** The platform said that it will be run. */
export interface Acknowledged {
  readonly what: "acknowledged";
  readonly at: number;
  readonly token: string;
  /** Of the event, or of the execution. */
  readonly id: string;
}

/** Published in a transaction that the publisher never committed. */
export interface RolledBack {
  readonly what: "rolledBack";
  readonly at: number;
  readonly token: string;
}

/** An endpoint answered a request. */
export interface Answered {
  readonly what: "answered";
  readonly at: number;
  readonly node: string;
  readonly executionId: string;
}

/** One line of a publisher's journal. Times are in ms since the epoch. */
export type Note = Attempted | Acknowledged | RolledBack | Answered;

/** What one execution told the receiver of itself: the effect that it had outside of the platform. */
export interface Run {
  readonly at: number;
  readonly tenant: string;
  /** Its name. */
  readonly script: string;
  readonly executionId: string;
  readonly attempt: number;
  readonly token: string | null;
  readonly eventId: string | null;
  /** RFC 3339; of what a schedule started. */
  readonly scheduledAt: string | null;
}

/** Adds a line, which is in the file when this returns. */
export function note(file: string, line: Note | Run): void {
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}

/** The whole lines of a journal; none where there is no such file. */
export function readJournal<Line extends Note | Run>(file: string): readonly Line[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  // A publisher that was killed may have left half a line.
  const end = text.lastIndexOf("\n");
  return text
    .slice(0, Math.max(0, end))
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
}
