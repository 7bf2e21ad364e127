import { createDbError } from "../errors.ts";
import type { RelationName } from "../guard/statement.ts";
import type { OpenTable } from "../setup/shape.ts";

/** The tables that are open to scripts, by the names that scripts use. */
export interface OpenTables {
  /** @throws CapabilityError `DB_TABLE_UNKNOWN`. */
  find(name: string): OpenTable;
  /** @throws CapabilityError `DB_TABLE_UNKNOWN` for the first that is not open. */
  checkRelations(relations: readonly RelationName[]): void;
}

export function createOpenTables(shapes: readonly OpenTable[]): OpenTables {
  const byName = new Map(shapes.map((shape) => [shape.name, shape]));

  function find({ schema, name }: RelationName): OpenTable {
    const shape = byName.get(name);
    if (shape !== undefined && (schema === undefined || schema === shape.schema)) return shape;
    const meant = JSON.stringify(schema === undefined ? name : `${schema}.${name}`);
    const open = byName.size === 0 ? "none is" : `open are ${[...byName.keys()].join(", ")}`;
    throw createDbError("DB_TABLE_UNKNOWN", `The table ${meant} is not open to scripts; ${open}.`);
  }

  return {
    find: (name) => find({ schema: undefined, name }),
    checkRelations(relations) {
      for (const relation of relations) find(relation);
    },
  };
}
