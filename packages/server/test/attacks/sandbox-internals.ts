/**
 * What of `@skerry/sandbox` only these tests need: the jail without the runner in it, and a runner without the
 * pool around it. The package does not offer them, because no host should have them.
 */
export { runnerBundle } from "../../../sandbox/src/bundles/development.ts";
export { findEngineAddon } from "../../../sandbox/src/supervisor/addon.ts";
export { probeJail } from "../../../sandbox/src/supervisor/isolation.ts";
export type { Jail, WallName } from "../../../sandbox/src/supervisor/isolation.ts";
export { RunnerProcess } from "../../../sandbox/src/supervisor/runner-process.ts";
export { spawnRunner } from "../../../sandbox/src/supervisor/spawn.ts";
