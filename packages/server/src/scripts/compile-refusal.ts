import * as esbuild from "esbuild";
import { SkerryError } from "../problems/errors.ts";
import type { ErrorDetail } from "../problems/errors.ts";
import type { ServerErrorCode } from "../problems/error-table.ts";
import type { ConfigProblem } from "./source-config/config-problem.ts";

/** The script that is compiled, as messages name it. */
interface Named {
  readonly fileName: string;
}

/** What the compiler says of things that are ours to explain, by its text or its id. */
const MESSAGES: ReadonlyMap<string, string> = new Map([
  [
    'Top-level await is currently not supported with the "iife" output format',
    "A script cannot `await` at its top level; do it inside the exported function",
  ],
  [
    "unsupported-dynamic-import",
    "A script cannot import what it names only when it runs; give `import()` a text",
  ],
]);

/** Of messages of the compiler itself. */
const CODES: ReadonlyMap<string, ServerErrorCode> = new Map([
  ["unsupported-dynamic-import", "MODULE_NOT_ALLOWED"],
]);

/** The error for what the compiler has against a script. Its code is that of the first message. */
export async function describeFailure(
  script: Named,
  messages: readonly esbuild.Message[],
): Promise<SkerryError> {
  const frames = await esbuild.formatMessages([...messages], { kind: "error", color: false });
  const details = messages.map((message, index) => describeMessage(script, message, frames[index] ?? ""));
  return refuse(script, codeOf(messages[0]), details);
}

/** @returns SkerryError `SCRIPT_COMPILE` unless another code is given. */
export function refuseAt(
  script: Named,
  place: { readonly line: number; readonly column?: number },
  message: string,
  code: ServerErrorCode = "SCRIPT_COMPILE",
): SkerryError {
  return refuse(script, code, [{ path: "source", message, column: 1, ...place }]);
}

/** What is wrong with the `config` of a script. @returns SkerryError `SCRIPT_COMPILE`. */
export function refuseConfig(script: Named, problems: readonly ConfigProblem[]): SkerryError {
  const details = problems.map((problem) => ({ path: "source", ...problem }));
  return refuse(script, "SCRIPT_COMPILE", details);
}

/** @returns SkerryError `SCRIPT_TOO_COMPLEX`. */
export function refuseComplexity({ fileName }: Named): SkerryError {
  return new SkerryError(
    "SCRIPT_TOO_COMPLEX",
    `${fileName} is nested too deep or too large to compile. Split it up.`,
  );
}

/** What the modules say is in `detail`. */
function codeOf(message: esbuild.Message | undefined): ServerErrorCode {
  const said = message?.detail as ServerErrorCode | undefined;
  return said ?? CODES.get(message?.id ?? "") ?? "SCRIPT_COMPILE";
}

function describeMessage(
  { fileName }: Named,
  { text, id, location }: esbuild.Message,
  frame: string,
): ErrorDetail {
  const message = MESSAGES.get(text) ?? MESSAGES.get(id) ?? text;
  if (location === null) return { path: "source", message };
  const before = Buffer.from(location.lineText).subarray(0, location.column).toString();
  const place = { line: location.line, column: before.length + 1 };
  if (location.file === fileName) return { path: "source", message, ...place, frame: cutFrame(frame) };
  // Of a library, whose lines are not those of the source that was sent.
  const file = location.file.replace(/^library:/, "@tenant/");
  return { path: "source", message: `${file}:${place.line}:${place.column}: ${message}` };
}

/** The source lines of a formatted message, without its headline, which repeats the message. */
function cutFrame(formatted: string): string {
  return formatted
    .split("\n")
    .filter((line) => /^\s+(?:\d+ │|╵)/.test(line))
    .join("\n");
}

function refuse({ fileName }: Named, code: ServerErrorCode, details: readonly ErrorDetail[]): SkerryError {
  const [first] = details;
  const place = first?.line === undefined ? fileName : `${fileName}:${first.line}:${first.column}`;
  const more = details.length > 1 ? ` (and ${details.length - 1} more)` : "";
  return new SkerryError(code, `${place}: ${first?.message}${more}.`, { details });
}
