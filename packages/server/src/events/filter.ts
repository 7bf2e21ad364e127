import { describeTemplate, validateTemplate } from "@skerry/expressions";
import type { SourceRange } from "@skerry/expressions";
import type { z } from "zod";
import { storableText } from "../rest/input.ts";

const MAX_FILTER_LENGTH = 2_000;
const OPENING = "{{";
const CLOSING = "}}";
/** What a filter can read, as paths of the data tell it. */
const READABLE = /^\$(?:json|event)(?![\w$])/;
const EVENT_READ = /^\$event(?![\w$])/;
/** What makes templates itself, which read all data: they mean something else where the data are many events. */
const MAKES_TEMPLATES = /\$evaluateExpression|\\u/;

/**
 * Which of the events that fit its patterns a script wants: one expression over `$json`, the payload, and `$event`, what
 * `ctx.trigger.event` will be. What it gives is taken as true or false.
 */
export const eventFilter: z.ZodType<string> = storableText(MAX_FILTER_LENGTH).superRefine((text, context) => {
  const problem = findFilterProblem(text);
  if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
});

/** @returns undefined when there is none; else what is wrong and where. */
function findFilterProblem(filter: string): string | undefined {
  if (!filter.startsWith(OPENING) || !filter.endsWith(CLOSING) || filter.length < 4) {
    return "must be one expression in {{ }} and nothing around it, such as {{ $json.total > 100 }}";
  }
  const [first] = validateTemplate(filter);
  if (first !== undefined) return `${first.message} (${describePlace(filter, first.range)})`;
  // Whatever is no single expression by itself is none in brackets either.
  if (validateTemplate(testTemplate(filter)).length > 0) {
    return "must be one expression: one {{ }}, without a semicolon";
  }
  const foreign = describeTemplate(filter).find(({ path }) => !READABLE.test(path));
  const [range] = foreign?.ranges ?? [];
  if (foreign === undefined || range === undefined) return undefined;
  return (
    `reads ${foreign.path} (${describePlace(filter, range)}), which a filter does not have: ` +
    "$json is the payload, and $event has id, type, publishedAt and depth"
  );
}

/** Lines and columns count from 1. */
function describePlace(text: string, { start }: SourceRange): string {
  const lines = text.slice(0, start).split("\n");
  return `line ${lines.length}, column ${(lines.at(-1) ?? "").length + 1}`;
}

/** A template that tells of one event, over `{ $json, $event }`, whether the filter holds. */
export function testTemplate(filter: string): string {
  return `${OPENING} ${test(filter)} ${CLOSING}`;
}

/** Where the filter can be asked about many events at once: how. */
export interface BatchTemplate {
  /** Gives a list of true and false. */
  readonly template: string;
  /** What it reads: `$payloads`, which a host evaluates quicker, or `$events`, each with `$json` and `$event`. */
  readonly reads: "$payloads" | "$events";
}

/** @returns undefined when the filter has to be asked about each event by itself. @throws ExpressionError */
export function batchTemplate(filter: string): BatchTemplate | undefined {
  if (MAKES_TEMPLATES.test(filter)) return undefined;
  const readsEvent = describeTemplate(filter).some(({ path }) => EVENT_READ.test(path));
  return readsEvent
    ? {
        template: `${OPENING} $events.map(({ $json, $event }) => ${test(filter)}) ${CLOSING}`,
        reads: "$events",
      }
    : { template: `${OPENING} $payloads.map(($json) => ${test(filter)}) ${CLOSING}`, reads: "$payloads" };
}

/** The filter's code as true or false. The line's end is for a comment that the code may end with. */
function test(filter: string): string {
  return `!!(\n${filter.slice(OPENING.length, -CLOSING.length)}\n)`;
}
