import { TraceMap, originalPositionFor } from "@jridgewell/trace-mapping";
import type { Program } from "../execution.ts";

const MAX_FRAMES = 20;
/** How the names of modules begin that were compiled into the program. */
const MODULE_MARK = "@";
/** `at name (file:line:column)` or `at file:line:column`, as V8 writes them. */
const FRAME = /^\s*at (?:(?<name>.*?) \()?(?<file>[^()]*?):(?<line>\d+):(?<column>\d+)\)?$/;

/**
 * Rewrites a V8 stack so that it shows only frames of the author's file and of modules compiled into it, at their lines. Frames of the
 * runtime and of built-ins are left out; so is everything that is not a frame.
 *
 * @returns Undefined when no frame of the author is in it.
 */
export function mapStack(stack: string, program: Program): string | undefined {
  const map = program.sourceMap === undefined ? undefined : new TraceMap(program.sourceMap);
  const frames: string[] = [];
  for (const text of stack.split("\n")) {
    const groups = FRAME.exec(text)?.groups;
    if (groups?.["file"] !== program.fileName) continue;
    const line = Number(groups["line"]);
    const column = Number(groups["column"]);
    const original = map
      ? originalPositionFor(map, { line, column: column - 1 })
      : { line, column: column - 1, source: null };
    if (original.line === null) continue;
    const position = `${nameFile(program, original)}:${original.line}:${original.column + 1}`;
    frames.push(groups["name"] ? `    at ${groups["name"]} (${position})` : `    at ${position}`);
    if (frames.length === MAX_FRAMES) break;
  }
  return frames.length > 0 ? frames.join("\n") : undefined;
}

/** The author's file has the name that it is known by now, whatever the map calls it. */
function nameFile({ fileName }: Program, { source }: { readonly source: string | null }): string {
  return source?.startsWith(MODULE_MARK) === true ? source : fileName;
}
