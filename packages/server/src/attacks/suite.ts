import type { IsolationPolicy, IsolationReport } from "@skerry/sandbox";
import { probeJail } from "@skerry/sandbox/jail";
import { holdCompiler } from "../scripts/compile.ts";
import { type Arena, createArena } from "./arena.ts";
import { type Attack, type AttackKind, kindOf } from "./catalogue.ts";
import { type DatabaseArena, runDatabaseAttack } from "./database/database-attack.ts";
import { type StagedTables, describeMissingPostgres, stageTables } from "./database/staged-tables.ts";
import { type EgressArena, runEgressAttack } from "./egress/egress-attack.ts";
import { type StagedInternet, stageInternet } from "./egress/internet.ts";
import { createRawGuest } from "./egress/raw-guest.ts";
import { type ExpressionArena, createExpressionArena } from "./expressions/expression-arena.ts";
import { runExpressionAttack } from "./expressions/expression-attack.ts";
import { type AttackedJail, jailOutcomeOf } from "./jail/outcomes.ts";
import { runScriptAttack } from "./script-attack.ts";
import { type AttackedWall, wallOf } from "./walls.ts";

/**
 * - `contained`: as it must, by the wall that it is aimed at.
 * - `not-contained`: something of what must hold did not.
 * - `not-shown`: it was not run, because this machine does not have the wall.
 */
export type AttackVerdict = "contained" | "not-contained" | "not-shown";

/** What came of one attack. */
export interface AttackResult {
  readonly attack: Attack;
  /** The wall that it is aimed at. */
  readonly wall: AttackedWall;
  readonly verdict: AttackVerdict;
  /** What happened, or which wall is missing; undefined when it is contained. */
  readonly detail: string | undefined;
  readonly durationMs: number;
}

/** The walls of this installation, ready to be attacked one attack at a time. */
export interface AttackSuite extends AsyncDisposable {
  readonly isolation: IsolationReport;
  /**
   * Runs one attack to its end. Whatever goes wrong while it runs is not contained.
   *
   * @throws SandboxError `RUNNER_START`, BridgeError `BRIDGE_START` or a DatabaseError when no process can be started
   * for it.
   */
  run(attack: Attack): Promise<AttackResult>;
}

export interface AttackSuiteOptions {
  /** Default `full`. */
  readonly isolation?: IsolationPolicy;
}

/**
 * Prepares attacks on the walls as an installation on this machine has them: real runners, real capabilities and
 * real guards, with a database of their own and no network but this machine's. Processes start when the first attack
 * needs them.
 *
 * @throws SandboxError `ISOLATION_UNAVAILABLE` under `strict` isolation when a wall is missing.
 */
export function createAttackSuite({ isolation = "full" }: AttackSuiteOptions = {}): AttackSuite {
  const attacked: AttackedJail = { jail: probeJail(isolation), isolation };
  const arenas = createArenas(isolation);

  /** Each starts what an attack runs in, and gives what runs it there. */
  const prepare: Readonly<Record<AttackKind, (attack: Attack) => Promise<() => Promise<void>>>> = {
    script: async (attack) => {
      const arena = await arenas.scripts();
      return () => runScriptAttack(attack, arena);
    },
    database: async (attack) => {
      const arena = await arenas.database();
      return () => runDatabaseAttack(attack, arena);
    },
    egress: async (attack) => {
      const arena = await arenas.egress();
      return () => runEgressAttack(attack, arena);
    },
    expression: async (attack) => {
      const arena = await arenas.expressions();
      return () => runExpressionAttack(attack, arena);
    },
    jail: async (attack) => () => jailOutcomeOf(attack.id).run(attack.code, attacked),
  };

  return {
    isolation: attacked.jail.report,
    async run(attack) {
      const wall = wallOf(attack);
      const missing = describeMissingWall(attack, attacked);
      if (missing !== undefined)
        return { attack, wall, verdict: "not-shown", detail: missing, durationMs: 0 };
      const contain = await prepare[kindOf(attack)](attack);
      const startedAt = performance.now();
      const judged = await judge(contain);
      return { attack, wall, ...judged, durationMs: performance.now() - startedAt };
    },
    [Symbol.asyncDispose]: () => arenas[Symbol.asyncDispose](),
  };
}

type Judged = Pick<AttackResult, "verdict" | "detail">;

async function judge(contain: () => Promise<void>): Promise<Judged> {
  try {
    await contain();
    return { verdict: "contained", detail: undefined };
  } catch (error) {
    return { verdict: "not-contained", detail: error instanceof Error ? error.message : String(error) };
  }
}

/** Why an attack cannot be shown here: none of the walls that would contain it stands. */
function describeMissingWall(attack: Attack, { jail }: AttackedJail): string | undefined {
  if (kindOf(attack) === "database") return describeMissingPostgres();
  if (kindOf(attack) !== "jail") return undefined;
  const needed = jailOutcomeOf(attack.id).needs;
  const walls = jail.report.walls.filter(({ name }) => needed.includes(name));
  if (walls.length === 0 || walls.some(({ active }) => active)) return undefined;
  return walls.map(({ name, detail }) => `${name}: ${detail}`).join("; or ");
}

/** Everything that attacks run in, each started when it is first asked for. */
interface Arenas extends AsyncDisposable {
  scripts(): Promise<Arena>;
  database(): Promise<DatabaseArena>;
  egress(): Promise<EgressArena>;
  expressions(): Promise<ExpressionArena>;
}

function createArenas(isolation: IsolationPolicy): Arenas {
  const resources = new AsyncDisposableStack();
  resources.use(holdCompiler());
  const internet = once((): Promise<StagedInternet> => keep(stageInternet()));
  const scripts = once(async () => keep(createArena({ isolation, http: (await internet()).http })));
  const tables = once((): Promise<StagedTables> => keep(stageTables()));
  const database = once(async () => {
    const [{ http }, { capabilities }] = await Promise.all([internet(), tables()]);
    return keep(createArena({ isolation, http, capabilities }));
  });
  const rawGuest = once(async () => keep(createRawGuest({ isolation, http: (await internet()).http })));
  const expressions = once(() => keep(createExpressionArena(isolation)));

  async function keep<Resource extends AsyncDisposable>(starting: Promise<Resource>): Promise<Resource> {
    return resources.use(await starting);
  }

  return {
    scripts,
    expressions,
    database: async () => ({ arena: await database(), tables: await tables() }),
    egress: async () => ({ internet: await internet(), arena: await scripts(), rawGuest: await rawGuest() }),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

function once<Value>(start: () => Promise<Value>): () => Promise<Value> {
  let started: Promise<Value> | undefined;
  return () => (started ??= start());
}
