import { sql } from "kysely";
import type { Queries } from "../db/tenant-scope.ts";
import type { PageRequest } from "../rest/paging.ts";
import type { ScriptRow, VersionKey } from "../scripts/repository.ts";
import type { BundledModule, Library } from "./module.ts";

const IMPORTABLE = ["active", "paused"] as const;

/** The published libraries with these names. */
export async function findLibraries(
  queries: Queries,
  tenantId: string,
  names: readonly string[],
): Promise<Library[]> {
  return await selectLibraries(queries, tenantId)
    .select(["script.id", "script.name", "version.version", "version.language", "version.source"])
    .select("version.checksum")
    .where("script.name", "in", names)
    .execute();
}

/** In the order of their ids; the cursor is one. */
export async function listLibraries(
  queries: Queries,
  tenantId: string,
  { limit, cursor }: PageRequest,
): Promise<(Omit<Library, "source"> & Pick<ScriptRow, "description">)[]> {
  return await selectLibraries(queries, tenantId)
    .select(["script.id", "script.name", "script.description", "version.version", "version.language"])
    .select("version.checksum")
    .$if(cursor !== undefined, (query) => query.where("script.id", ">", cursor as string))
    .orderBy("script.id")
    .limit(limit + 1)
    .execute();
}

function selectLibraries(queries: Queries, tenantId: string) {
  return queries
    .selectFrom("scripts as script")
    .innerJoin("script_versions as version", (join) =>
      join
        .onRef("version.tenant_id", "=", "script.tenant_id")
        .onRef("version.script_id", "=", "script.id")
        .onRef("version.version", "=", "script.active_version"),
    )
    .where("script.tenant_id", "=", tenantId)
    .where("script.type", "=", "library")
    .where("script.status", "in", IMPORTABLE)
    .where("script.deleted_at", "is", null);
}

/** Keeps what a version was compiled with. */
export async function insertModules(
  queries: Queries,
  { tenantId, scriptId, version }: VersionKey,
  modules: readonly BundledModule[],
): Promise<void> {
  if (modules.length === 0) return;
  await queries
    .insertInto("version_modules")
    .values(
      modules.map((module) => ({
        tenant_id: tenantId,
        script_id: scriptId,
        version,
        specifier: module.specifier,
        library_id: module.libraryId,
        module_version: module.version,
        checksum: module.checksum,
        integrity: module.integrity,
        bytes: module.bytes,
      })),
    )
    .execute();
}

/** A kept module, and the version of its library that is published now, if there is one. */
export interface KeptModule extends Omit<BundledModule, "bytes"> {
  readonly presentVersion: number | null;
}

/** In the order of what imports name. */
export async function listModules(
  queries: Queries,
  { tenantId, scriptId, version }: VersionKey,
): Promise<KeptModule[]> {
  return await queries
    .selectFrom("version_modules as module")
    .leftJoin("scripts as library", (join) =>
      join
        .onRef("library.tenant_id", "=", "module.tenant_id")
        .onRef("library.id", "=", "module.library_id")
        .on("library.status", "in", IMPORTABLE)
        .on("library.deleted_at", "is", null),
    )
    .select(["module.specifier", "module.library_id as libraryId", "module.module_version as version"])
    .select(["module.checksum", "module.integrity", "library.active_version as presentVersion"])
    .where("module.tenant_id", "=", tenantId)
    .where("module.script_id", "=", scriptId)
    .where("module.version", "=", version)
    .orderBy("module.specifier")
    .execute();
}

/** The names of scripts whose published version was compiled with another version of a library than is published. */
export async function listOutdatedDependants(
  queries: Queries,
  tenantId: string,
  libraryId: string,
  limit: number,
): Promise<string[]> {
  const rows = await queries
    .selectFrom("version_modules as module")
    .innerJoin("scripts as library", (join) =>
      join.onRef("library.tenant_id", "=", "module.tenant_id").onRef("library.id", "=", "module.library_id"),
    )
    .innerJoin("scripts as script", (join) =>
      join
        .onRef("script.tenant_id", "=", "module.tenant_id")
        .onRef("script.id", "=", "module.script_id")
        .onRef("script.active_version", "=", "module.version"),
    )
    .select("script.name")
    .where("module.tenant_id", "=", tenantId)
    .where("module.library_id", "=", libraryId)
    .where(sql<boolean>`module.module_version <> library.active_version::text`)
    .where("script.deleted_at", "is", null)
    .where("script.status", "<>", "archived")
    .orderBy("script.id")
    .limit(limit)
    .execute();
  return rows.map(({ name }) => name);
}
