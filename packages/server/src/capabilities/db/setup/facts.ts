import type { ClientBase } from "pg";
import type { ExposedTable } from "../exposed-table.ts";

/** What is known of the database before it is changed. */
export interface SetupFacts {
  /** Who is connected. */
  readonly user: string;
  readonly mayCreateRoles: boolean;
  readonly database: string;
  readonly role: RoleFacts | null;
  /** Tables that were asked for and exist, and all others that the role has a right on. */
  readonly relations: readonly RelationFacts[];
}

export interface RoleFacts {
  /** Logs in, inherits nothing, and has no attribute that lets it do more. */
  readonly isPlain: boolean;
  readonly mayConnect: boolean;
  /** May run `skerry.script_tenant()`. */
  readonly mayCheckTenant: boolean;
  readonly usableSchemas: readonly string[];
}

export interface RelationFacts {
  readonly schema: string;
  readonly name: string;
  /** `pg_class.relkind`: `r` for an ordinary table. */
  readonly kind: string;
  readonly owner: string;
  /** The connected user owns it, directly or as a member. */
  readonly isOwned: boolean;
  readonly isSecured: boolean;
  readonly isForced: boolean;
  readonly isPartition: boolean;
  readonly columns: readonly ColumnFacts[];
  readonly policies: readonly PolicyFacts[];
  /** Definition of our trigger, where there is one. */
  readonly trigger: string | null;
  /** Rights of the role on the table as a whole; ours are on columns, but for DELETE. */
  readonly tableRights: readonly string[];
  /** Sequences that `serial` columns take their defaults from. */
  readonly sequences: readonly SequenceFacts[];
}

export interface ColumnFacts {
  readonly name: string;
  /** `pg_type.typname` */
  readonly type: string;
  /** Nobody can write it. */
  readonly isGenerated: boolean;
  /** Rights of the role: `select`, `insert`, `update`. */
  readonly rights: readonly string[];
}

export interface SequenceFacts {
  readonly schema: string;
  readonly name: string;
  readonly isUsable: boolean;
}

export interface PolicyFacts {
  readonly name: string;
  readonly condition: string;
}

/** Reads what `plan.ts` compares with what is wanted. */
export async function readFacts(
  client: ClientBase,
  role: string,
  tables: readonly Pick<ExposedTable, "schema" | "name">[],
): Promise<SetupFacts> {
  const names = tables.map(({ schema, name }) => ({ schema, name }));
  const { rows } = await client.query<{ facts: SetupFacts }>(FACTS, [
    role,
    JSON.stringify(names),
    [...new Set(tables.map(({ schema }) => schema))],
  ]);
  return (rows[0] as { facts: SetupFacts }).facts;
}

/** Rights are read out of the lists themselves: what everybody may do is not among them. */
const FACTS = `
with wanted as (
  select schema, name from json_to_recordset($2) as wanted (schema text, name text)
), script_role as (
  select * from pg_roles where rolname = $1
), rights as (
  select class.oid as relation, 0 as attnum, lower(acl.privilege_type) as privilege
    from pg_class class cross join aclexplode(class.relacl) acl
    where acl.grantee = (select oid from script_role)
  union all
  select attrelid, attnum, lower(acl.privilege_type)
    from pg_attribute cross join aclexplode(attacl) acl
    where attacl is not null and acl.grantee = (select oid from script_role)
), relations as (
  select class.oid, nspname, relname, relkind, relowner, relrowsecurity, relforcerowsecurity, relispartition
    from pg_class class join pg_namespace namespace on namespace.oid = relnamespace
    where (nspname, relname) in (select schema, name from wanted)
      or (class.oid in (select relation from rights) and relkind <> 'S' and nspname not like 'skerry\\_t\\_%')
)
select json_build_object(
  'user', current_user,
  'mayCreateRoles', (select rolsuper or rolcreaterole from pg_roles where rolname = current_user),
  'database', current_database(),
  'role', (select json_build_object(
      'isPlain', rolcanlogin and not (rolinherit or rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls),
      'mayConnect', has_database_privilege(oid, current_database(), 'connect'),
      'mayCheckTenant', has_function_privilege(oid, 'skerry.script_tenant()', 'execute'),
      'usableSchemas', (select coalesce(json_agg(nspname), '[]') from pg_namespace
        where nspname = any($3::text[]) and has_schema_privilege(script_role.oid, pg_namespace.oid, 'usage')))
    from script_role),
  'relations', (select coalesce(json_agg(json_build_object(
      'schema', nspname, 'name', relname, 'kind', relkind, 'owner', pg_get_userbyid(relowner),
      'isOwned', pg_has_role(relowner, 'usage'),
      'isSecured', relrowsecurity, 'isForced', relforcerowsecurity, 'isPartition', relispartition,
      'columns', (select coalesce(json_agg(json_build_object(
          'name', attname, 'type', typname, 'isGenerated', attgenerated <> '' or attidentity = 'a',
          'rights', (select coalesce(json_agg(privilege), '[]') from rights
            where relation = attrelid and rights.attnum = pg_attribute.attnum)) order by attnum), '[]')
        from pg_attribute join pg_type on pg_type.oid = atttypid
        where attrelid = relations.oid and attnum > 0 and not attisdropped),
      'policies', (select coalesce(json_agg(json_build_object(
          'name', polname, 'condition', pg_get_expr(polqual, polrelid))), '[]')
        from pg_policy where polrelid = relations.oid),
      'trigger', (select pg_get_triggerdef(oid) from pg_trigger
        where tgrelid = relations.oid and tgname = '_skerry_tenant' and tgenabled <> 'D'),
      'tableRights', (select coalesce(json_agg(privilege), '[]') from rights
        where relation = relations.oid and rights.attnum = 0),
      'sequences', (select coalesce(json_agg(json_build_object(
          'schema', (select nspname from pg_namespace where oid = relnamespace), 'name', relname,
          'isUsable', exists (select from rights where relation = pg_class.oid and privilege = 'usage'))), '[]')
        from pg_depend join pg_class on pg_class.oid = objid and relkind = 'S'
        where refobjid = relations.oid and deptype = 'a' and classid = 'pg_class'::regclass))), '[]')
    from relations)
) as facts`;
