/** Name of the error by which a failed evaluation leaves the guest; its message is a {@link GuestFailure} as JSON. */
export const FAILURE_NAME = "ExpressionFailure";

/** What of a failure crosses to the host. */
export interface GuestFailure {
  /** Number of the failed chunk, in the order of the template or tree; -1 for what belongs to none. */
  readonly chunk: number;
  readonly name: string;
  readonly message: string;
  readonly code: string;
}

/** A bridge cuts messages at 8,192 characters, and a cut JSON text says nothing. */
const MAX_MESSAGE_CHARS = 2_000;
const MAX_NAME_CHARS = 100;

/** Makes the error that tells the host what a chunk threw. */
export function createFailure(chunk: number, thrown: unknown): Error {
  const failure: GuestFailure = {
    chunk,
    name: readText(thrown, "name", "Error").slice(0, MAX_NAME_CHARS),
    message: readText(thrown, "message", describe(thrown)).slice(0, MAX_MESSAGE_CHARS),
    code: readText(thrown, "code", "").slice(0, MAX_NAME_CHARS),
  };
  const error = new Error(JSON.stringify(failure));
  error.name = FAILURE_NAME;
  return error;
}

/** What a chunk of a nested template threw, for the rule for errors of the template around it. */
export function reviveFailure(thrown: unknown): unknown {
  if (readText(thrown, "name", "") !== FAILURE_NAME) return thrown;
  try {
    const { name, message, code } = JSON.parse(readText(thrown, "message", "")) as GuestFailure;
    return Object.assign(new Error(message), { name, code });
  } catch {
    return thrown;
  }
}

/** A property of what was thrown, which may be anything and may throw itself. */
export function readText(thrown: unknown, key: string, fallback: string): string {
  try {
    const value = Object(thrown) === thrown ? (thrown as Record<string, unknown>)[key] : undefined;
    return typeof value === "string" ? value : fallback;
  } catch {
    return fallback;
  }
}

function describe(thrown: unknown): string {
  try {
    return `threw ${String(thrown)}`;
  } catch {
    return "threw something that has no text";
  }
}
