import type { ExecutionLimits } from "@skerry/sandbox";
import { type Attack, groupOf } from "./catalogue.ts";

/** Long: where a busy machine gives an attack little CPU time, its limit of that is what has to end it all the same. */
const WALL_MS = 10_000;

/** What attacks on limits get: little, so that the suite is quick. */
export const ATTACK_LIMITS: ExecutionLimits = {
  cpuMs: 150,
  wallMs: WALL_MS,
  memoryMb: 32,
  capabilityCalls: 100,
  outputBytes: 256 * 1024,
  logBytes: 64 * 1024,
};

/** Enough CPU time for attacks that are about something else. */
const EASY_LIMITS: ExecutionLimits = { ...ATTACK_LIMITS, cpuMs: 1_000 };

/** Enough CPU time for attacks that shall meet another limit than that. */
const PATIENT_LIMITS: ExecutionLimits = { ...ATTACK_LIMITS, cpuMs: 2_500, wallMs: 25_000 };
const PATIENT_CLASSES: ReadonlySet<string> = new Set([
  "limit/memory-onheap",
  "limit/memory-offheap",
  "limit/recursion",
]);
const PATIENT_IDS: ReadonlySet<string> = new Set(["limit.cpu.26", "limit.cpu.29", "limit.output.03"]);

/** Calls wait for the host and its database, and a busy machine lets them wait longer. */
const CALLING_LIMITS: ExecutionLimits = { ...ATTACK_LIMITS, wallMs: 45_000 };
const CALLING_CLASS = "limit/host-call-flood";

/** How much a limit of time may be passed by: the supervisor's grace and one look of its watch. */
export const GRACE_MS = 500;

/** The kept text of a log ends at its limit, give or take a line. */
export const LOG_SLACK_BYTES = 16_384;

/** The limits under which an attack runs as a script. */
export function limitsOf({ id, class: name }: Attack): ExecutionLimits {
  if (PATIENT_CLASSES.has(name) || PATIENT_IDS.has(id)) return PATIENT_LIMITS;
  if (name === CALLING_CLASS) return CALLING_LIMITS;
  return groupOf(name) === "limit" ? ATTACK_LIMITS : EASY_LIMITS;
}
