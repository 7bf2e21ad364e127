import type { ErrorRow } from "../problems/error-row.ts";

/** Every code about tables of the tenant's own, in one place. */
export const TABLE_ERRORS = {
  TABLE_NOT_FOUND: {
    status: 404,
    kind: "user",
    title: "No such table",
    help: "The tenant has no table of its own with this name. `PUT /api/v1/tables/{name}` makes one.",
  },
  TABLE_NAME_TAKEN: {
    status: 409,
    kind: "user",
    title: "The table's name is taken",
    help: "The host has opened a table of this name to scripts. Choose another name.",
  },
  TABLE_CHANGE_REFUSED: {
    status: 409,
    kind: "user",
    title: "The table cannot be changed so",
    help: "A table can get columns, indexes and unique keys, and lose them. A column is only dropped when `dropColumns` names it. To change a type, a default or the primary key, make another table. What rows hold may also be in the way: the message says how.",
  },
  TABLE_LIMIT: {
    status: 409,
    kind: "user",
    title: "Too many tables",
    help: "The tenant has 50 tables of its own, and more are not possible. Delete one that is not used.",
  },
  TABLE_BUSY: {
    status: 409,
    kind: "user",
    title: "The table is in use",
    help: "Statements of scripts held the table for longer than two seconds. Repeat the request.",
  },
  TABLES_UNAVAILABLE: {
    status: 503,
    kind: "system",
    title: "Tables of tenants' own are not set up",
    help: "The database user may not make the role of scripts, or schemas. The operator lets an administrator run what `skerry db setup --print` prints, and `GRANT CREATE ON DATABASE`.",
  },
} as const satisfies Record<string, ErrorRow>;
