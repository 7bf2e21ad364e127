import { detectIsolation } from "@skerry/sandbox";
import type { IsolationReport } from "@skerry/sandbox";
import { listConfig, readConfig } from "../../config.ts";
import type { ConfigRow } from "../../config.ts";
import { findPackagedBinaries } from "../../db/embedded/binaries.ts";
import { DatabaseError } from "../../db/errors.ts";
import { SKERRY_VERSION } from "../../main/version.ts";
import { EXIT_FAILURE, EXIT_OK, UsageError, parseArguments, refusePositionals } from "../command.ts";
import type { Command } from "../command.ts";
import { describeConfig } from "./config-text.ts";
import type { TablesDiagnosis } from "./tables.ts";
import { describeTables, diagnoseTables } from "./tables.ts";

const HELP = `Usage: skerry doctor [options]
       skerry doctor --attack [--only=PREFIX,…] [--json]

Tells which isolation level this machine allows, what is missing for the full one and how to get it, which
database would be used, whether scripts have the rights on the host's tables that they should have and no others,
and every setting with its effective value (secrets masked).

With --attack it attacks this installation instead, with every entry of the catalogue that Skerry brings along, and
reports by class and by wall what was contained. That takes a minute or two and both cores, uses the isolation that
SKERRY_ISOLATION asks for, and needs no database, no network and no configuration. It touches no data of tenants.
Where a wall is missing on this machine, the attacks on it are not shown.

  --attack         run the attacks
  --only=PREFIX,…  those alone whose class or id begins so, e.g. --only=ssrf,limit/memory,jail.child-process.16
  --json           print one object: { version, node, isolation, database, tables, config }, or for attacks
                   { version, node, isolation, durationMs, total, classes, walls, attacks }
  -h, --help       print this text

Exit codes: 0 full isolation, a database to use and no fault in the rights of scripts, 1 something is missing, 2 wrong usage or settings.
With --attack: 0 all contained, 1 any not contained or not shown, 2 wrong usage or settings, 130 interrupted.
`;

/** What `skerry doctor --json` prints. */
export interface Diagnosis {
  readonly version: string;
  /** The Node that runs Skerry, e.g. `v26.10.0`. */
  readonly node: string;
  readonly isolation: IsolationReport;
  readonly database: DatabaseDiagnosis;
  readonly tables: TablesDiagnosis;
  readonly config: readonly ConfigRow[];
}

interface DatabaseDiagnosis {
  readonly usable: boolean;
  /** Which one, or why there is none. Whether a server answers, `tables` tells. */
  readonly detail: string;
}

const OPTIONS = {
  attack: { type: "boolean" },
  json: { type: "boolean" },
  only: { type: "string" },
} as const;

/** `skerry doctor`: what this machine offers, what is set, and whether the walls hold. */
export const doctor: Command = { help: HELP, options: OPTIONS, run: runDoctor };

async function runDoctor(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArguments(args, OPTIONS);
  refusePositionals(positionals);
  const { attack = false, json: asJson = false, only } = values;
  if (attack) {
    // Loaded only when asked for: the catalogue and everything that it runs in.
    const { attackInstallation } = await import("./attack.ts");
    return attackInstallation({ only, asJson });
  }
  if (only !== undefined) throw new UsageError("--only chooses attacks: it goes with --attack");
  return printDiagnosis(asJson);
}

async function printDiagnosis(asJson: boolean): Promise<number> {
  const diagnosis = await diagnose();
  process.stdout.write(asJson ? `${JSON.stringify(diagnosis, null, 2)}\n` : describeDiagnosis(diagnosis));
  const { isolation, database, tables } = diagnosis;
  const isFaulty = tables.findings.some(({ level }) => level === "fault");
  return isolation.level === "full" && database.usable && !isFaulty ? EXIT_OK : EXIT_FAILURE;
}

async function diagnose(): Promise<Diagnosis> {
  const config = readConfig();
  const { isolation, databaseUrl } = config;
  return {
    version: SKERRY_VERSION,
    node: process.version,
    isolation: detectIsolation(isolation),
    database: diagnoseDatabase(databaseUrl),
    tables: await diagnoseTables(config),
    config: listConfig(),
  };
}

function diagnoseDatabase(databaseUrl: string | undefined): DatabaseDiagnosis {
  if (databaseUrl !== undefined) return { usable: true, detail: "PostgreSQL at DATABASE_URL" };
  try {
    const { version, folder } = findPackagedBinaries();
    return { usable: true, detail: `embedded PostgreSQL ${version} in ${folder}` };
  } catch (error) {
    if (error instanceof DatabaseError) return { usable: false, detail: error.message };
    throw error;
  }
}

function describeDiagnosis({ version, node, isolation, database, tables, config }: Diagnosis): string {
  const walls = isolation.walls.map(
    ({ name, active, detail }) => `  ${active ? "active " : "missing"}  ${name.padEnd(12)} ${detail}\n`,
  );
  return `Skerry ${version} on Node ${node}

Isolation: ${isolation.level}
${walls.join("")}
Database: ${database.usable ? "" : "missing; "}${database.detail}
${describeTables(tables)}
Settings (* set by the environment, - unset):
${describeConfig(config)}`;
}
