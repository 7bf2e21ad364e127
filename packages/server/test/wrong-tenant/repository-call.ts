import type { Queries } from "../../src/db/tenant-scope.ts";
import type { TenantRows } from "./tenant-rows.ts";

/** Runs one function of a repository with arguments that name the tenant of these rows. */
export type RepositoryCall = (queries: Queries, named: TenantRows) => unknown;

/** One call for each function of a module that asks the database. */
export type CallsOf<Module> = {
  readonly [
    Name in keyof Module as Module[Name] extends (queries: Queries, ...rest: never[]) => unknown
      ? Name
      : never
  ]: RepositoryCall;
};
