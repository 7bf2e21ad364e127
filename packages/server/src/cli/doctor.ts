import { detectIsolation } from "@skerry/sandbox";
import type { IsolationReport } from "@skerry/sandbox";
import { listConfig, readConfig } from "../config.ts";
import type { ConfigRow } from "../config.ts";
import { findPackagedBinaries } from "../db/embedded/binaries.ts";
import { DatabaseError } from "../db/errors.ts";
import { SKERRY_VERSION } from "../main/version.ts";
import { EXIT_FAILURE, EXIT_OK, parseArguments, refusePositionals } from "./command.ts";
import type { Command } from "./command.ts";
import { describeConfig } from "./config-text.ts";

const HELP = `Usage: skerry doctor [options]

Tells which isolation level this machine allows, what is missing for the full one and how to get it, which
database would be used, and every setting with its effective value (secrets masked).

  --json       print one object { version, node, isolation, database, config }
  -h, --help   print this text

Exit codes: 0 full isolation and a database to use, 1 something is missing, 2 wrong usage or settings.
`;

/** What `skerry doctor --json` prints. */
export interface Diagnosis {
  readonly version: string;
  /** The Node that runs Skerry, e.g. `v26.10.0`. */
  readonly node: string;
  readonly isolation: IsolationReport;
  readonly database: DatabaseDiagnosis;
  readonly config: readonly ConfigRow[];
}

interface DatabaseDiagnosis {
  readonly usable: boolean;
  /** Which one, or why there is none. A server named by `DATABASE_URL` is not tried. */
  readonly detail: string;
}

/** `skerry doctor`: what this machine offers and what is set. */
export const doctor: Command = { help: HELP, run: runDoctor };

function runDoctor(args: readonly string[]): number {
  const { values, positionals } = parseArguments(args, { json: { type: "boolean" } });
  refusePositionals(positionals);
  const diagnosis = diagnose();
  process.stdout.write(
    values.json === true ? `${JSON.stringify(diagnosis, null, 2)}\n` : describeDiagnosis(diagnosis),
  );
  return diagnosis.isolation.level === "full" && diagnosis.database.usable ? EXIT_OK : EXIT_FAILURE;
}

function diagnose(): Diagnosis {
  const { isolation, databaseUrl } = readConfig();
  return {
    version: SKERRY_VERSION,
    node: process.version,
    isolation: detectIsolation(isolation),
    database: diagnoseDatabase(databaseUrl),
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

function describeDiagnosis({ version, node, isolation, database, config }: Diagnosis): string {
  const walls = isolation.walls.map(
    ({ name, active, detail }) => `  ${active ? "active " : "missing"}  ${name.padEnd(12)} ${detail}\n`,
  );
  return `Skerry ${version} on Node ${node}

Isolation: ${isolation.level}
${walls.join("")}
Database: ${database.usable ? "" : "missing; "}${database.detail}

Settings (* set by the environment, - unset):
${describeConfig(config)}`;
}
