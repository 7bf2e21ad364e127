/** Resident memory in MiB that a runner has before any guest, shared pages included, and room for its own work. */
const BASE_MEMORY_MB = 160;
/** V8 and ICU need more around a heap than its own size. */
const MEMORY_SLACK = 1.5;
/** What a runner needs at least around a heap that it keeps for the next execution. */
const BARE_MEMORY_MB = 96;
const OUT_OF_MEMORY = /out of memory|OOM error|Allocation failed|allocation failed/;

/** Resident memory in MiB above which a runner is killed whose guests may have heaps of `heapMb` MiB together. */
export function residentCapMb(heapMb: number): number {
  return BASE_MEMORY_MB + heapMb * MEMORY_SLACK;
}

/**
 * Resident memory in MiB above which a runner at rest is not used again: what earlier executions left for the collector,
 * or for good, would be counted against the next one, which could not fill its heap without passing the cap.
 */
export function restingCapMb(heapMb: number): number {
  return Math.max(residentCapMb(heapMb) - heapMb, BARE_MEMORY_MB + heapMb);
}

/** Whether V8 ended a process for want of memory, told from its standard error. */
export function saysOutOfMemory(errors: string): boolean {
  return OUT_OF_MEMORY.test(errors);
}
