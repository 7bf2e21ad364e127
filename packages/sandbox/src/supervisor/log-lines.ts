import { LOG_LEVELS, type LogLine } from "../log-line.ts";

const MAX_MESSAGE_CHARS = 8_193;

const LEVELS: ReadonlySet<unknown> = new Set(LOG_LEVELS);
const REQUIRED_KEYS = ["level", "time", "message"] as const;

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
  if (!Array.isArray(value) || !value.every(isLogLine)) return undefined;
  return value.map(({ level, time, message, fields }) => ({
    level,
    time,
    message: cleanText(message),
    ...(fields ? { fields } : {}),
  }));
}

/** By hand, because log lines are what guests can send most of: a schema library takes several times as long. */
function isLogLine(value: unknown): value is LogLine {
  if (!isRecord(value)) return false;
  const { level, time, message, fields } = value;
  return (
    LEVELS.has(level) &&
    Number.isSafeInteger(time) &&
    (time as number) >= 0 &&
    typeof message === "string" &&
    message.length <= MAX_MESSAGE_CHARS &&
    (fields === undefined || isRecord(fields)) &&
    hasOnlyItsKeys(value)
  );
}

function hasOnlyItsKeys(line: Record<string, unknown>): boolean {
  const wanted = line["fields"] === undefined ? REQUIRED_KEYS.length : REQUIRED_KEYS.length + 1;
  return Object.keys(line).length === wanted;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replace(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
