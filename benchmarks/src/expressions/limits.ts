/** What both sides are given. */
export const MEMORY_MB = 128;
/** Far above what anything here takes: on a busy machine a limit would measure the machine. */
export const TIMEOUT_MS = 20_000;
