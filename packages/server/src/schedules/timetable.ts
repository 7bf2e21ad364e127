import { Cron } from "croner";
import { LRUCache } from "lru-cache";

/**
 * The ticks of a cron pattern in a time zone: whole seconds, by croner's rules of daylight saving. A pattern that names
 * one time of day ticks once on each day: at the first moment after the gap where clocks skip that time, and at the first
 * of the two where they repeat it. Any other pattern ticks at all the local times that it names, also those repeated,
 * and at none that are skipped.
 */
export interface Timetable {
  /** The first tick after a moment; null when there is none. */
  next(after: Date): Date | null;
  /** The last tick at or before a moment; null when there is none. */
  last(until: Date): Date | null;
}

/** Fields in their order, the optional one first. */
const FIELDS = ["second", "minute", "hour", "day of month", "month", "day of week"] as const;
const NICKNAMES = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];
/** Parsed patterns; one that is not kept is parsed anew, in 0.1 ms. */
const MAX_TIMETABLES = 20_000;
const SECOND_MS = 1_000;

const timetables = new LRUCache<string, Timetable>({ max: MAX_TIMETABLES });

/** The timetable of a pattern without a problem, and of a zone of the IANA database. */
export function findTimetable(cron: string, timezone: string): Timetable {
  const key = `${timezone} ${cron}`;
  const known = timetables.get(key);
  if (known !== undefined) return known;
  const timetable = createTimetable(parse(cron, timezone));
  timetables.set(key, timetable);
  return timetable;
}

function createTimetable(pattern: Cron): Timetable {
  // Schedules of many tenants have the same pattern, and their ticks come together.
  let asked: number | undefined;
  let answer: Date | null = null;
  return {
    next(after) {
      const time = after.getTime();
      if (time !== asked) answer = pattern.nextRun(after);
      asked = time;
      return answer;
    },
    // The library takes what is strictly before a moment, and ticks are whole seconds.
    last: (until) => pattern.previousRuns(1, new Date(ceilToSecond(until.getTime() + 1)))[0] ?? null,
  };
}

/** Up to `count` ticks after a moment. */
export function listTicks(timetable: Timetable, after: Date, count: number): Date[] {
  const ticks: Date[] = [];
  let tick = timetable.next(after);
  while (tick !== null && ticks.length < count) {
    ticks.push(tick);
    tick = ticks.length < count ? timetable.next(tick) : null;
  }
  return ticks;
}

/**
 * What is wrong with a cron pattern, with the field and where it begins; undefined for one that can be used: five
 * fields, six with seconds before them, or a nickname such as `@daily`. One that never ticks cannot.
 */
export function findCronProblem(text: string): string | undefined {
  if (text.startsWith("@")) {
    return NICKNAMES.includes(text.toLowerCase())
      ? undefined
      : `is no nickname; there are ${NICKNAMES.join(", ")}`;
  }
  // The library also takes a point in time, which is no pattern.
  if (!/^\S+(?: \S+){4,5}$/.test(text)) {
    return "must have five fields, six with seconds, or be a nickname such as @daily";
  }
  const problem = findFieldProblem(text) ?? problemOf(text);
  if (problem !== undefined) return `is no cron pattern: ${problem}`;
  return parse(text, "UTC").nextRun() === null ? "never fires" : undefined;
}

/** Each field is tried by itself, because the library's messages do not always name theirs. */
function findFieldProblem(text: string): string | undefined {
  const fields = text.split(" ");
  const names = FIELDS.slice(-fields.length);
  let column = 1;
  for (const [index, field] of fields.entries()) {
    const alone = fields.map((_field, other) => (other === index ? field : "*")).join(" ");
    const problem = problemOf(alone);
    if (problem !== undefined) {
      return `${names[index]} ${JSON.stringify(field)} at character ${column}: ${problem}`;
    }
    column += field.length + 1;
  }
  return undefined;
}

function problemOf(text: string): string | undefined {
  try {
    parse(text, "UTC");
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^CronPattern: /, "") : String(error);
  }
}

function parse(cron: string, timezone: string): Cron {
  return new Cron(cron, { paused: true, timezone, mode: "5-or-6-parts" });
}

function ceilToSecond(timeMs: number): number {
  return Math.ceil(timeMs / SECOND_MS) * SECOND_MS;
}
