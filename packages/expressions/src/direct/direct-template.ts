import type { ReadTemplate } from "../compiler/template-reading.ts";
import type { Settings } from "../runtime/guest/settings.ts";
import { type Segment, isSingleCode } from "../template/segments.ts";
import type { ExpressionBuilding } from "./expression-building.ts";
import { type NoteHost, type Part, noteNothing } from "./part.ts";
import type { Run } from "./run.ts";
import { joinParts } from "./texts.ts";

/** A template, ready to be evaluated on the host. */
export interface DirectTemplate {
  readonly evaluate: (run: Run, settings: Settings) => unknown;
  readonly noteHost: NoteHost;
}

interface DirectChunk {
  readonly part: Part;
  /** Whether `errors: "undefined"` swallows what it throws. */
  readonly isGuarded: boolean;
}

/** @throws NotDirect */
export function buildTemplate(
  { chunks, segments }: ReadTemplate,
  building: ExpressionBuilding,
): DirectTemplate {
  const built = chunks.map((chunk): DirectChunk => {
    return { part: building.buildChunk(chunk), isGuarded: chunk.analysis.isGuarded };
  });
  const [single] = built;
  if (single && isSingleCode(segments)) {
    const { noteHost } = single.part;
    return { noteHost, evaluate: (run, settings) => evaluateChunk(run, single, settings) };
  }
  return { noteHost: noteNothing, evaluate: (run, settings) => evaluateText(run, segments, built, settings) };
}

function evaluateText(
  run: Run,
  segments: readonly Segment[],
  chunks: readonly DirectChunk[],
  settings: Settings,
): string | undefined {
  const parts: unknown[] = [];
  let next = 0;
  for (const segment of segments) {
    const isText = segment.kind === "text";
    parts.push(isText ? segment.value : evaluateChunk(run, chunks[next++] as DirectChunk, settings));
  }
  return run.isSure ? joinParts(run, parts) : undefined;
}

/** What a chunk throws ends with it, if the rule for errors is so. */
function evaluateChunk(run: Run, { part, isGuarded }: DirectChunk, { errors }: Settings): unknown {
  if (!run.isSure) return undefined;
  const value = part.evaluate(run);
  return isGuarded && errors === "undefined" && run.recover() ? undefined : value;
}
