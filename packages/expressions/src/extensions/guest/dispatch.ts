import type { ExtensionDefinition, ReceiverType } from "./definition.ts";
import { ExpressionExtensionError } from "./errors.ts";
import { describeValue, receiverTypeOf } from "./receiver.ts";

/**
 * Calls the function `name` for a value: the one of the value's table, else a method of the value, else the one for any
 * value. A method of a class (Map, Set, one of the expression's own) goes before the table; a function that lies in a
 * plain object does not, because that object is data.
 *
 * @throws ExpressionExtensionError if there is no such function for the value.
 */
export type Dispatch = (value: unknown, name: string, args?: readonly unknown[]) => unknown;

/** Gives what a {@link Dispatch} would call, bound to the value, or undefined: for calls such as `value.name?.()`. */
export type FindFunction = (value: unknown, name: string) => ((...args: unknown[]) => unknown) | undefined;

const NO_ARGUMENTS: readonly unknown[] = [];

/** Names of the types in messages. */
const PLURALS: Readonly<Record<ReceiverType, string>> = {
  string: "strings",
  number: "numbers",
  boolean: "booleans",
  array: "arrays",
  date: "dates",
  object: "objects",
  any: "any value",
};

/** Builds the dispatcher over some definitions. A later definition of the same name and type replaces an earlier one. */
export function createDispatch(definitions: Iterable<ExtensionDefinition>): Dispatch {
  const tables = createTables(definitions);
  return (value, name, args = NO_ARGUMENTS) => {
    const definition = findDefinition(tables, value, name);
    if (definition !== undefined) return definition.run(value, ...args);
    const method = methodOf(value, name);
    if (method !== undefined) return Reflect.apply(method, value, args);
    const generic = tables.any.get(name);
    if (generic !== undefined) return generic.run(value, ...args);
    throw new ExpressionExtensionError(explainMisuse(tables, value, name));
  };
}

/** Builds the finder over some definitions, with the rules of {@link createDispatch}. */
export function createFinder(definitions: Iterable<ExtensionDefinition>): FindFunction {
  const tables = createTables(definitions);
  return (value, name) => {
    const definition = findDefinition(tables, value, name);
    if (definition !== undefined) return (...args) => definition.run(value, ...args);
    const method = methodOf(value, name);
    if (method !== undefined) return (...args) => Reflect.apply(method, value, args);
    const generic = tables.any.get(name);
    return generic && ((...args) => generic.run(value, ...args));
  };
}

/** Every name that expressions can call, aliases included. */
export function namesOf(definitions: Iterable<ExtensionDefinition>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { name, aliases = [] } of definitions) for (const each of [name, ...aliases]) names.add(each);
  return names;
}

type Tables = Readonly<Record<ReceiverType, ReadonlyMap<string, ExtensionDefinition>>>;

function createTables(definitions: Iterable<ExtensionDefinition>): Tables {
  const tables: Record<ReceiverType, Map<string, ExtensionDefinition>> = {
    string: new Map(),
    number: new Map(),
    boolean: new Map(),
    array: new Map(),
    date: new Map(),
    object: new Map(),
    any: new Map(),
  };
  for (const definition of definitions) {
    for (const name of [definition.name, ...(definition.aliases ?? [])]) {
      tables[definition.on].set(name, definition);
    }
  }
  return tables;
}

/** What the table of the value's type has, unless a class knows better. */
function findDefinition(tables: Tables, value: unknown, name: string): ExtensionDefinition | undefined {
  const type = receiverTypeOf(value);
  if (type === "any") return undefined;
  const definition = tables[type].get(name);
  return definition !== undefined && type === "object" && hasClassMethod(value as object, name)
    ? undefined
    : definition;
}

function hasClassMethod(value: object, name: string): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype !== null && prototype !== Object.prototype && methodOf(value, name) !== undefined;
}

function methodOf(value: unknown, name: string): ((...args: never[]) => unknown) | undefined {
  if (value === null || value === undefined) return undefined;
  const method = (value as Record<string, unknown>)[name];
  return typeof method === "function" ? (method as (...args: never[]) => unknown) : undefined;
}

function explainMisuse(tables: Tables, value: unknown, name: string): string {
  const types = (Object.keys(tables) as ReceiverType[]).filter((type) => tables[type].has(name));
  if (value === null || value === undefined) {
    return `${name}() was called on ${value}: check the path before it, or write ?.${name}()`;
  }
  if (types.length === 0) return `There is no function ${name}() for ${describeValue(value)}`;
  const plurals = types.map((type) => PLURALS[type]).join(" and ");
  const hint = typeof value === "string" && tables.date.has(name) ? `: write .toDateTime().${name}(…)` : "";
  return `${name}() is for ${plurals}, not for ${describeValue(value)}${hint}`;
}
