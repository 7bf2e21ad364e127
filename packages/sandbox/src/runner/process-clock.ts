const MICROSECONDS_PER_MS = 1e3;
/** Asking the system takes longer than many an execution. */
const FRESH_MS = 5;

let usedMs = 0;
let askedAt = -Infinity;

/** Processor time of this process in ms, all its threads together, as it was at most 5 ms ago. */
export function recentCpuMs(): number {
  return performance.now() - askedAt < FRESH_MS ? usedMs : presentCpuMs();
}

/** Processor time of this process in ms, all its threads together. */
export function presentCpuMs(): number {
  const { user, system } = process.cpuUsage();
  askedAt = performance.now();
  usedMs = (user + system) / MICROSECONDS_PER_MS;
  return usedMs;
}
