import { createDbError } from "../errors.ts";
import {
  FIELDS,
  FUNCTIONS,
  HINTS,
  NODES,
  STATEMENTS,
  SYSTEM_COLUMNS,
  TYPES,
  VALUE_FUNCTIONS,
} from "./allowed-sql.ts";
import type { RelationName } from "./statement.ts";

const MAX_NODES = 20_000;
const MAX_DEPTH = 2_500;

type Part = Readonly<Record<string, unknown>>;

/** What a statement's tree was found to hold. */
export interface TreeFacts {
  readonly writes: boolean;
  readonly returnsRows: boolean;
  readonly relations: readonly RelationName[];
}

/**
 * Walks the parser's tree of one statement and refuses every node, function and type that is not on the lists.
 *
 * @throws CapabilityError `DB_SQL_REFUSED`.
 */
export function inspectTree(tree: Part): TreeFacts {
  const kind = Object.keys(tree)[0] ?? "";
  if (!STATEMENTS.has(kind)) refuse(describeStatement(kind), kind);
  const relations: RelationName[] = [];
  const tableExpressions = new Set<string>();
  let writes = false;
  let nodes = 0;

  function walk(value: unknown, depth: number): void {
    if (typeof value !== "object" || value === null) return;
    if (++nodes > MAX_NODES || depth > MAX_DEPTH) {
      throw createDbError("DB_SQL_REFUSED", "The SQL is too complex. Hand lists over as array parameters.");
    }
    if (Array.isArray(value)) {
      for (const item of value) walk(item, depth + 1);
      return;
    }
    for (const [key, part] of Object.entries(value as Part)) visit(key, part, depth);
  }

  function visit(key: string, value: unknown, depth: number): void {
    if (isNodeName(key)) {
      if (!NODES.has(key)) refuse(describeNode(key), key);
      checkNode(key, value as Part);
    } else if (isBarePart(value)) {
      if (!FIELDS.has(key)) refuse(`The part ${key} of a statement`, key);
      if (key === "typeName") checkType(value);
      if (key === "relation") relations.push(relationOf(value));
    }
    // What a lock names is a table of the same statement, or its alias.
    if (key !== "LockingClause") walk(value, depth + 1);
  }

  function checkNode(name: string, node: Part): void {
    if (name === "InsertStmt" || name === "UpdateStmt" || name === "DeleteStmt" || name === "LockingClause") {
      writes = true;
    }
    if (name === "RangeVar") relations.push(relationOf(node));
    if (name === "CommonTableExpr") tableExpressions.add(String(node["ctename"]));
    CHECKS[name]?.(node);
  }

  walk(tree, 0);
  return {
    writes,
    returnsRows: kind === "SelectStmt" || Object.hasOwn(tree[kind] as Part, "returningClause"),
    relations: relations.filter((relation) => !isTableExpression(relation, tableExpressions)),
  };
}

/** Names are told apart for the message alone: what a name means, and who may read it, PostgreSQL decides. */
function isTableExpression({ schema, name }: RelationName, tableExpressions: ReadonlySet<string>): boolean {
  return schema === undefined && tableExpressions.has(name);
}

const CHECKS: Readonly<Record<string, (node: Part) => void>> = {
  FuncCall: ({ funcname }) => checkFunction(namesOf(funcname)),
  A_Expr: ({ name }) => {
    const names = namesOf(name);
    if (names.length > 1 && names[0] !== "pg_catalog") refuse("An operator of another schema");
  },
  ColumnRef: ({ fields }) => checkColumn(namesOf(fields)),
  // (value).name may call a function of that name.
  A_Indirection: ({ indirection }) => {
    const isSubscript = (indirection as readonly Part[]).every((step) => "A_Indices" in step);
    if (!isSubscript) refuse("Taking a field of a value, as in (value).field,");
  },
  SQLValueFunction: ({ op }) => {
    if (!VALUE_FUNCTIONS.test(String(op))) refuse(`The function ${nameValueFunction(String(op))}`);
  },
  IndexElem: ({ opclass, collation, opclassopts, expr }) => {
    if (opclass ?? collation ?? opclassopts ?? expr)
      refuse("An expression, operator class or collation after ON CONFLICT");
  },
  CommonTableExpr: ({ ctename }) => {
    if (/^pg_/i.test(String(ctename))) refuse(`The name ${String(ctename)} in WITH`);
  },
  ColumnDef: ({ collClause, constraints, raw_default: rawDefault }) => {
    if (collClause ?? constraints ?? rawDefault) refuse("More than a name and a type in a list of columns");
  },
};

function checkFunction(names: readonly string[]): void {
  const name = names.at(-1) ?? "";
  const isBuiltIn = names.length === 1 || (names.length === 2 && names[0] === "pg_catalog");
  if (!isBuiltIn || !FUNCTIONS.has(name)) refuse(`The function ${names.join(".")}`, name);
}

function checkColumn(names: readonly string[]): void {
  const name = names.at(-1) ?? "";
  if (SYSTEM_COLUMNS.has(name)) refuse(`The system column ${name}`);
  // Of a table's row, "table.name" may call a function of that name.
  if (names.length > 1 && /^(?:pg|lo|txid)_/i.test(name)) refuse(`The column ${names.join(".")}`);
}

function checkType({ names, setof, pct_type: isOfColumn, typeOid }: Part): void {
  const parts = namesOf(names);
  const name = parts.at(-1) ?? "";
  const isBuiltIn = parts.length === 1 || (parts.length === 2 && parts[0] === "pg_catalog");
  if (!isBuiltIn || setof === true || isOfColumn === true || typeOid !== undefined || !TYPES.has(name)) {
    refuse(`The type ${parts.join(".")}`, name);
  }
}

function relationOf({ catalogname, schemaname, relname }: Part): RelationName {
  if (catalogname !== undefined) refuse("A table of another database");
  return { schema: schemaname as string | undefined, name: relname as string };
}

/** The parser wraps a part into `{ NodeName: part }` except where only one kind can stand. */
function isBarePart(value: unknown): value is Part {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const key = Object.keys(value)[0];
  return key === undefined || !isNodeName(key);
}

function isNodeName(key: string): boolean {
  return /^[A-Z]/.test(key);
}

function namesOf(list: unknown): string[] {
  return ((list ?? []) as readonly { readonly String?: { readonly sval?: string } }[]).flatMap(
    ({ String: name }) => (name === undefined ? [] : [name.sval ?? ""]),
  );
}

function describeStatement(kind: string): string {
  return `The statement ${spell(kind.replace(/Stmt$/, ""))}`;
}

function describeNode(name: string): string {
  return name.endsWith("Stmt") ? describeStatement(name) : `The construct ${spell(name)}`;
}

/** `CreateTableAs` becomes `CREATE TABLE AS`. */
function spell(name: string): string {
  return name.replace(/([a-z])(?=[A-Z])/g, "$1 ").toUpperCase();
}

function nameValueFunction(op: string): string {
  return op.replace(/^SVFOP_/, "").toLowerCase();
}

function refuse(what: string, name?: string): never {
  const hint = name === undefined || !Object.hasOwn(HINTS, name) ? undefined : HINTS[name];
  throw createDbError(
    "DB_SQL_REFUSED",
    `${what} is not open to scripts${hint === undefined ? "" : `: ${hint}`}.`,
  );
}
