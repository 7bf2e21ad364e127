import { z } from "zod";
import type { JsonObject } from "../json.ts";
import { LOG_LEVELS, type LogLine } from "../log-line.ts";

const MAX_MESSAGE_CHARS = 8_193;

const lineSchema = z.strictObject({
  level: z.enum(LOG_LEVELS),
  time: z.number().int().nonnegative(),
  message: z.string().max(MAX_MESSAGE_CHARS),
  fields: z.record(z.string(), z.unknown()).optional(),
});
const linesSchema = z.array(lineSchema);

/** Unpaired surrogates and the control and direction characters that fake lines or repaint a terminal. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** Checks and cleans log lines as they came from a runner; undefined when they are not log lines. */
export function parseLogLines(json: string): LogLine[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  const lines = linesSchema.safeParse(value);
  if (!lines.success) return undefined;
  return lines.data.map(({ level, time, message, fields }) => ({
    level,
    time,
    message: cleanText(message),
    ...(fields ? { fields: fields as JsonObject } : {}),
  }));
}

function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replace(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
