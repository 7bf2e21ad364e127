import { SkerryClientError } from "@skerry/client";
import { SERVER_ERRORS } from "../../problems/error-table.ts";
import { EXIT_FAILURE, EXIT_OK } from "../command.ts";
import { REMOTE_ERRORS } from "../errors.ts";
import type { RemoteErrorCode } from "../errors.ts";
import { EXIT_LIMIT } from "../exec/report.ts";
import { escapeControls, indentContinuation } from "../terminal/text.ts";

/** How a server refused a request, or why it could not be asked. */
export interface RemoteFailure {
  /** Stable: one of a server or of {@link REMOTE_ERRORS}. */
  readonly code: string;
  readonly message: string;
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** The places of the input that it is about; often none. */
  readonly errors: SkerryClientError["errors"];
  /** How to mend it; null where nothing more is known. */
  readonly hint: string | null;
}

/** How the work of a remote verb is shown. */
export interface RemoteReportOptions<Output> {
  /** Prints one object `{ status, output, error }` instead of texts. */
  readonly asJson: boolean;
  /** What stdout says of it, without the line feed at the end; nothing is printed for an empty text. */
  readonly describe: (output: Output) => string;
}

/**
 * Does the work of a remote verb, prints what came of it, and answers the exit code: 0, or that of a failed request as
 * {@link runRemote} has it.
 */
export async function reportRemote<Output>(
  work: () => Promise<Output>,
  { asJson, describe }: RemoteReportOptions<Output>,
): Promise<number> {
  return await runRemote(asJson, async () => {
    const output = await work();
    const text = asJson ? JSON.stringify({ status: "completed", output, error: null }) : describe(output);
    if (text !== "") process.stdout.write(`${escapeControls(text)}\n`);
    return EXIT_OK;
  });
}

/**
 * Does the work of a remote verb, which prints by itself, and answers its exit code. A failed request is printed, and
 * answered 3 for a limit of the server, else 1. What else is thrown passes through.
 */
export async function runRemote(asJson: boolean, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const failure = error instanceof SkerryClientError ? readFailure(error) : readStrangeAnswer(error);
    if (failure === undefined) throw error;
    return printFailure(failure, asJson);
  }
}

/**
 * The client believes what a server says: where that was no Skerry, the verb meets something of another shape.
 *
 * @returns undefined for any other error.
 */
function readStrangeAnswer(error: unknown): RemoteFailure | undefined {
  if (!(error instanceof TypeError) || "code" in error) return undefined;
  const message = `The server answered with something unknown (${error.message}).`;
  const code: RemoteErrorCode = "REMOTE_ANSWER";
  return { code, message, status: null, errors: [], hint: findHint(code) };
}

function printFailure(failure: RemoteFailure, asJson: boolean): number {
  if (asJson) {
    const report = { status: "failed", output: null, error: failure };
    process.stdout.write(`${escapeControls(JSON.stringify(report))}\n`);
  } else {
    process.stderr.write(`${describeFailure(failure)}\n`);
  }
  return failure.status === HTTP_TOO_MANY_REQUESTS || failure.code.endsWith("_LIMIT")
    ? EXIT_LIMIT
    : EXIT_FAILURE;
}

const HTTP_TOO_MANY_REQUESTS = 429;

/** What the client says, in the words of a command line. */
export function readFailure(error: SkerryClientError): RemoteFailure {
  const { code, detail, status, errors, cause, retryAfter } = error;
  const own = OWN_CODES.get(code);
  const reason = own === "REMOTE_UNREACHABLE" ? findReason(cause) : "";
  return {
    code: own ?? code,
    message: reason === "" ? detail : `${detail.replace(/\.$/, "")}: ${reason}`,
    status: status ?? null,
    errors,
    hint: retryAfter === undefined ? findHint(own ?? code) : `Try again in ${retryAfter} s.`,
  };
}

/** Codes of the client by what they are called here. */
const OWN_CODES: ReadonlyMap<string, RemoteErrorCode> = new Map([
  ["CONNECTION_FAILED", "REMOTE_UNREACHABLE"],
  ["ANSWER_INVALID", "REMOTE_ANSWER"],
]);

/** `fetch` keeps what the network said in the cause of its own error. */
function findReason(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const { cause, message } = error;
  return cause instanceof Error && cause.message !== "" ? cause.message : message;
}

function findHint(code: string): string | null {
  const tables: Readonly<Record<string, { readonly help: string } | undefined>> = {
    ...SERVER_ERRORS,
    ...REMOTE_ERRORS,
  };
  return tables[code]?.help ?? null;
}

/** `CODE: message`, the places that it is about where the message does not tell, and how to mend it. */
export function describeFailure({ code, message, errors, hint }: RemoteFailure): string {
  const places = errors.flatMap(({ path, message: problem, frame }) => [
    ...(message.includes(problem) ? [] : [`${path}: ${problem}`]),
    ...(frame === undefined ? [] : [frame]),
  ]);
  const lines = [`${code}: ${message}`, ...places, ...(hint === null ? [] : [`Hint: ${hint}`])];
  return indentContinuation(escapeControls(lines.join("\n")), "  ");
}

/** Tells on stderr that a server did not answer and is asked again. */
export function noteOutage(error: SkerryClientError): void {
  process.stderr.write(`${describeFailure({ ...readFailure(error), hint: null })}\n  trying again\n`);
}
