/** Resident memory in MiB that a runner has before any guest, shared pages included, and room for its own work. */
const BASE_MEMORY_MB = 160;
/** V8 and ICU need more around a heap than its own size. */
const MEMORY_SLACK = 1.5;
const OUT_OF_MEMORY = /out of memory|OOM error|Allocation failed|allocation failed/;

/** Resident memory in MiB above which a runner is killed whose guests may have heaps of `heapMb` MiB together. */
export function residentCapMb(heapMb: number): number {
  return BASE_MEMORY_MB + heapMb * MEMORY_SLACK;
}

/** Whether V8 ended a process for want of memory, told from its standard error. */
export function saysOutOfMemory(errors: string): boolean {
  return OUT_OF_MEMORY.test(errors);
}
