/**
 * For the tests of other packages in this repository: the jail without the runner in it, and a runner without the
 * pool around it. Resolves under the condition `@skerry/source` only; no host should have these.
 */
export { runnerBundle } from "#bundles";
export { findEngineAddon } from "./supervisor/addon.ts";
export { probeJail } from "./supervisor/isolation.ts";
export type { Jail, WallName } from "./supervisor/isolation.ts";
export { RunnerProcess } from "./supervisor/runner-process.ts";
export { spawnRunner } from "./supervisor/spawn.ts";
