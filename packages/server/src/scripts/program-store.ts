import type { Program } from "@skerry/sandbox";
import { LRUCache } from "lru-cache";
import type { Database } from "../db/open.ts";
import type { ScriptType } from "../db/schema.ts";
import { withTenant } from "../db/tenant-scope.ts";
import type { WishedConcurrency } from "../executions/concurrency.ts";
import { createSchemaCheck } from "../executions/json-schema.ts";
import type { SchemaCheck } from "../executions/json-schema.ts";
import type { WishedLimits } from "../plans/limits.ts";
import { findProgram } from "./repository.ts";
import type { ProgramRow, VersionKey } from "./repository.ts";
import { fileNameOf } from "./script.ts";
import type { ScriptSettings } from "./settings.ts";

/** One version, or a draft as version 0, ready to run. */
export interface LoadedProgram extends VersionKey {
  readonly type: ScriptType;
  readonly program: Program;
  /** What the script asks for; what it gets is the tenant's plan's to say. */
  readonly limits: WishedLimits;
  /** Most executions of the script at once on this node; undefined for any number. */
  readonly concurrentRuns: number | undefined;
  readonly concurrency: WishedConcurrency;
  /** Whether a context that ran this version before may run it again. */
  readonly reuseContext: boolean;
  /** Which events it wants of those that fit its patterns; undefined for all. */
  readonly filter: string | undefined;
  /** What the script demands of its input and output where it is called. */
  readonly checkInput: SchemaCheck | undefined;
  readonly checkOutput: SchemaCheck | undefined;
}

/** The compiled versions, kept in memory as far as they fit: a version never changes. */
export interface ProgramStore {
  /** @returns undefined when there is no such version. */
  load(key: VersionKey): Promise<LoadedProgram | undefined>;
}

const MAX_CHARACTERS = 64 * 1024 * 1024;

export function createProgramStore(database: Database): ProgramStore {
  const programs = new LRUCache<string, LoadedProgram, VersionKey>({
    maxSize: MAX_CHARACTERS,
    sizeCalculation: ({ program }) => program.code.length + (program.sourceMap?.length ?? 0) + 1,
    fetchMethod: async (_name, _stale, { context: key }) => {
      const row = await withTenant(database, key.tenantId, (queries) => findProgram(queries, key));
      return row === undefined ? undefined : toLoadedProgram(key, row);
    },
  });

  return {
    load: (key) => programs.fetch(`${key.tenantId}/${key.scriptId}/${key.version}`, { context: key }),
  };
}

/** The types whose module's state may survive from one execution to the next. */
const WARM_TYPES: readonly ScriptType[] = ["http", "embedded"];

export function toLoadedProgram(key: VersionKey, row: ProgramRow): LoadedProgram {
  const settings = row.settings as ScriptSettings;
  const checksum = row.checksum.toString("hex");
  return {
    ...key,
    type: row.type,
    program: {
      id: `${key.scriptId}@${key.version}:${checksum}`,
      code: row.code,
      // The name it was loaded under; a rename since then shows in stacks after the next load.
      fileName: fileNameOf(row, row.language),
      sourceMap: row.source_map ?? undefined,
    },
    limits: settings.limits ?? {},
    concurrentRuns: settings.limits?.concurrentRuns,
    concurrency: settings.concurrency,
    reuseContext: WARM_TYPES.includes(row.type) && settings.freshContext !== true,
    filter: settings.filter,
    checkInput: createCheck(settings.inputSchema),
    checkOutput: createCheck(settings.outputSchema),
  };
}

function createCheck(schema: unknown): SchemaCheck | undefined {
  return schema === undefined ? undefined : createSchemaCheck(schema);
}
