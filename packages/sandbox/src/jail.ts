/**
 * The jail without the runner in it, and a runner without the pool around it: what it takes to attack the walls of an
 * installation from their inside, as `skerry doctor --attack` does. A host runs guests through `createRunnerPool` and
 * needs nothing of this; what is here may change with any release.
 */
export { runnerBundle } from "#bundles";
export { findEngineAddon } from "./supervisor/addon.ts";
export { probeJail } from "./supervisor/isolation.ts";
export type { Jail, JailOptions, WallName } from "./supervisor/isolation.ts";
export { RunnerProcess } from "./supervisor/runner-process.ts";
export { spawnRunner } from "./supervisor/spawn.ts";
