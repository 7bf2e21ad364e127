import pg from "pg";
import type { RelationFacts, RoleFacts, SetupFacts } from "./facts.ts";
import type { TableShape } from "./shape.ts";

const { escapeIdentifier: quote, escapeLiteral } = pg;

/** For all nodes of one installation together. */
const CONNECTION_LIMIT = 100;

/** Options of {@link planSetup}. */
export interface SetupPlanOptions {
  readonly role: string;
  readonly facts: SetupFacts;
  readonly tables: readonly TableShape[];
  /** The password that the role is to get; undefined when it has the right one. */
  readonly password: NewPassword | undefined;
}

export interface NewPassword {
  /** What PostgreSQL keeps of it. */
  readonly verifier: string;
  /** Of the master key that it is derived from. */
  readonly keyId: string;
}

/** The statements that are missing for scripts to use these tables and no others, in order; none when all is done. */
export function planSetup({ role, facts, tables, password }: SetupPlanOptions): readonly string[] {
  return [
    ...planRole(role, facts.role, password),
    ...planRights(role, facts, tables),
    ...tables.flatMap((table) => planTable(role, table, findRelation(facts, table))),
    ...facts.relations
      .filter((relation) => !tables.some((table) => isOf(relation, table)))
      .flatMap((relation) => planRemoval(role, relation)),
  ];
}

/** The table's relation, which is there: {@link shapeTable} saw to it. */
function findRelation({ relations }: SetupFacts, table: TableShape): RelationFacts {
  return relations.find((relation) => isOf(relation, table)) as RelationFacts;
}

function isOf(relation: RelationFacts, table: TableShape): boolean {
  return relation.schema === table.schema && relation.name === table.name;
}

function planRole(role: string, facts: RoleFacts | null, password: NewPassword | undefined): string[] {
  return [
    ...(facts === null
      ? [`create role ${quote(role)} login noinherit connection limit ${CONNECTION_LIMIT}`]
      : []),
    ...(facts?.isPlain === false
      ? [
          `alter role ${quote(role)} login noinherit nosuperuser nocreaterole nocreatedb noreplication nobypassrls`,
        ]
      : []),
    ...(password === undefined
      ? []
      : [
          `alter role ${quote(role)} password ${escapeLiteral(password.verifier)}`,
          `update skerry.script_access set master_key_id = ${escapeLiteral(password.keyId)}`,
        ]),
  ];
}

function planRights(
  role: string,
  { role: facts, database }: SetupFacts,
  tables: readonly TableShape[],
): string[] {
  const schemas = [...new Set(tables.map(({ schema }) => schema))];
  const usable = new Set(facts?.usableSchemas ?? []);
  return [
    ...(facts?.mayConnect === true ? [] : [`grant connect on database ${quote(database)} to ${quote(role)}`]),
    ...(facts?.mayCheckTenant === true
      ? []
      : [`grant execute on function skerry.script_tenant() to ${quote(role)}`]),
    ...schemas
      .filter((schema) => !usable.has(schema))
      .map((schema) => `grant usage on schema ${quote(schema)} to ${quote(role)}`),
  ];
}

function planTable(role: string, table: TableShape, relation: RelationFacts): string[] {
  const target = `${quote(table.schema)}.${quote(table.name)}`;
  return [
    ...planPolicies(role, table, relation).map((policy) => policy(target)),
    ...planTrigger(role, table, relation).map((trigger) => trigger(target)),
    ...planGrants(role, table, relation).map((grant) => grant(target)),
    ...planSequences(role, table, relation),
    ...(relation.isSecured ? [] : [`alter table ${target} enable row level security`]),
    ...(relation.isForced ? [] : [`alter table ${target} force row level security`]),
  ];
}

type OnTable = (target: string) => string;

const POLICY_OF_OTHERS = "skerry_others";
const POLICY_OF_OWNER = "skerry_owner";
const POLICY_OF_SCRIPTS = "skerry_scripts";
const WALL_OF_SCRIPTS = "skerry_tenant_wall";

/**
 * Whoever else uses the table keeps the rows that he had. Where there was no row-level security, all rows; where there
 * was, what the host's own policies say, and the owner, whom they did not hold, all rows. Scripts get their tenant's by
 * a policy that no other one can widen.
 */
function planPolicies(role: string, table: TableShape, relation: RelationFacts): OnTable[] {
  const has = (name: string): boolean => relation.policies.some((policy) => policy.name === name);
  const condition = tenantCondition(table);
  const make = (name: string, rule: string): OnTable[] =>
    has(name) ? [] : [(target) => `create policy ${name} on ${target} ${rule}`];
  const makeForScripts = (name: string, kind: string): OnTable[] => {
    const present = relation.policies.find((policy) => policy.name === name);
    if (present !== undefined && meansTenant(present.condition, table)) return [];
    const rule = `as ${kind} to ${quote(role)} using (${condition}) with check (${condition})`;
    return [
      ...(present === undefined ? [] : [(target: string) => `drop policy ${name} on ${target}`]),
      (target) => `create policy ${name} on ${target} ${rule}`,
    ];
  };
  const keep = relation.isSecured
    ? relation.isForced
      ? []
      : make(POLICY_OF_OWNER, `to ${quote(relation.owner)} using (true) with check (true)`)
    : make(POLICY_OF_OTHERS, "to public using (true) with check (true)");
  return [
    ...keep,
    ...makeForScripts(POLICY_OF_SCRIPTS, "permissive"),
    ...makeForScripts(WALL_OF_SCRIPTS, "restrictive"),
  ];
}

/** In a subquery of its own it is computed once for a statement, not for each row. */
function tenantCondition({ tenantColumn, tenantCast }: TableShape): string {
  const cast = tenantCast === null ? "" : `::${tenantCast}`;
  return `${quote(tenantColumn)} = (select skerry.script_tenant()${cast})`;
}

/** PostgreSQL writes conditions in its own way: both names are enough to tell ours of this column from any other. */
function meansTenant(condition: string, { tenantColumn }: TableShape): boolean {
  return condition.includes("script_tenant()") && condition.includes(tenantColumn);
}

/** Rows that scripts add get their tenant before any constraint or policy looks at them. Others are not touched. */
function planTrigger(
  role: string,
  { tenantColumn, operations }: TableShape,
  { trigger }: RelationFacts,
): OnTable[] {
  const isWanted = operations.includes("insert");
  const isRight =
    trigger?.includes(`(${escapeLiteral(tenantColumn)})`) === true && trigger.includes(escapeLiteral(role));
  if (trigger !== null && isWanted && isRight) return [];
  return [
    ...(trigger === null ? [] : [(target: string) => `drop trigger _skerry_tenant on ${target}`]),
    ...(isWanted
      ? [
          (target: string) =>
            `create trigger _skerry_tenant before insert on ${target} for each row ` +
            `when (current_user = ${escapeLiteral(role)}) ` +
            `execute function skerry.stamp_script_tenant(${escapeLiteral(tenantColumn)})`,
        ]
      : []),
  ];
}

/** Rights on columns, so that neither system columns nor columns that are added later come with them. */
function planGrants(role: string, table: TableShape, relation: RelationFacts): OnTable[] {
  const wanted = wantedGrants(table);
  if (presentGrants(relation) === JSON.stringify(wanted)) return [];
  const columnGrants = (["select", "insert", "update"] as const).flatMap((operation) =>
    wanted[operation].length === 0
      ? []
      : [`${operation} (${wanted[operation].map((name) => quote(name)).join(", ")})`],
  );
  const grants = [...columnGrants, ...(wanted.delete ? ["delete"] : [])];
  return [
    (target) => `revoke all on ${target} from ${quote(role)}`,
    ...(grants.length === 0
      ? []
      : [(target: string) => `grant ${grants.join(", ")} on ${target} to ${quote(role)}`]),
  ];
}

interface Grants {
  readonly select: readonly string[];
  readonly insert: readonly string[];
  readonly update: readonly string[];
  readonly delete: boolean;
}

function wantedGrants({ operations, readable, writable }: TableShape): Grants {
  const columns = (operation: "insert" | "update"): string[] =>
    operations.includes(operation) ? [...writable.keys()].toSorted() : [];
  return {
    select: operations.includes("select") ? [...readable.keys()].toSorted() : [],
    insert: columns("insert"),
    update: columns("update"),
    delete: operations.includes("delete"),
  };
}

function presentGrants({ columns, tableRights }: RelationFacts): string {
  const having = (right: string): string[] =>
    columns.flatMap(({ name, rights }) => (rights.includes(right) ? [name] : [])).toSorted();
  const isNarrow = tableRights.every((right) => right === "delete");
  const grants: Grants = {
    select: having("select"),
    insert: having("insert"),
    update: having("update"),
    delete: tableRights.includes("delete"),
  };
  return isNarrow ? JSON.stringify(grants) : "";
}

/** A default is computed with the rights of whoever adds the row. */
function planSequences(role: string, { operations }: TableShape, { sequences }: RelationFacts): string[] {
  const isWanted = operations.includes("insert");
  return sequences
    .filter(({ isUsable }) => isUsable !== isWanted)
    .map(({ schema, name }) => {
      const sequence = `sequence ${quote(schema)}.${quote(name)}`;
      return isWanted
        ? `grant usage on ${sequence} to ${quote(role)}`
        : `revoke all on ${sequence} from ${quote(role)}`;
    });
}

/** What the table had of its own stays: row-level security too, which others may rely on by now. */
function planRemoval(role: string, relation: RelationFacts): string[] {
  const { schema, name, policies, trigger, sequences } = relation;
  const target = `${quote(schema)}.${quote(name)}`;
  const ours = policies.filter(
    (policy) => policy.name === POLICY_OF_SCRIPTS || policy.name === WALL_OF_SCRIPTS,
  );
  return [
    `revoke all on ${target} from ${quote(role)}`,
    ...ours.map((policy) => `drop policy ${policy.name} on ${target}`),
    ...(trigger === null ? [] : [`drop trigger _skerry_tenant on ${target}`]),
    ...sequences
      .filter(({ isUsable }) => isUsable)
      .map(
        (sequence) =>
          `revoke all on sequence ${quote(sequence.schema)}.${quote(sequence.name)} from ${quote(role)}`,
      ),
  ];
}
