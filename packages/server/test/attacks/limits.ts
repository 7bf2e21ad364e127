import type { ExecutionLimits } from "@skerry/sandbox";
import type { Attack } from "./catalogue.ts";

/** What most attacks get: little, so that the suite is quick. */
export const ATTACK_LIMITS: ExecutionLimits = {
  cpuMs: 150,
  wallMs: 1_000,
  memoryMb: 32,
  capabilityCalls: 100,
  outputBytes: 256 * 1024,
  logBytes: 64 * 1024,
};

/** Enough CPU time for attacks that shall meet another wall than that. */
const PATIENT_CLASSES: ReadonlySet<string> = new Set([
  "limit/memory-onheap",
  "limit/memory-offheap",
  "limit/recursion",
]);
const PATIENT_IDS: ReadonlySet<string> = new Set(["limit.cpu.26", "limit.cpu.29", "limit.output.03"]);

/** The limits under which an attack runs. */
export function limitsOf({ id, class: group }: Attack): ExecutionLimits {
  const isPatient = PATIENT_CLASSES.has(group) || PATIENT_IDS.has(id);
  return isPatient ? { ...ATTACK_LIMITS, cpuMs: 2_500, wallMs: 4_000 } : ATTACK_LIMITS;
}
