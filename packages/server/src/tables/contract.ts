import { defineRoute, pageOf, pathParameters } from "../rest/route.ts";
import { ownTable, tableInput, tablesQuery } from "./table.ts";

const TABLE = pathParameters("table");

export const listTables = defineRoute({
  operation: "tables.list",
  method: "GET",
  path: "/tables",
  summary: "Lists the tables of the tenant's own in the order of their names.",
  access: "scripts.read",
  query: tablesQuery,
  answers: { 200: pageOf(ownTable) },
});

export const getTable = defineRoute({
  operation: "tables.get",
  method: "GET",
  path: "/tables/{table}",
  summary: "Gives a table of the tenant's own as it was declared.",
  access: "scripts.read",
  params: TABLE,
  answers: { 200: ownTable },
  errors: ["TABLE_NOT_FOUND"],
});

export const declareTable = defineRoute({
  operation: "tables.declare",
  method: "PUT",
  path: "/tables/{table}",
  summary: "Makes a table, which scripts then use by ctx.db, or changes it to what is declared.",
  access: "tenant.admin",
  params: TABLE,
  body: tableInput,
  answers: { 200: ownTable },
  errors: ["TABLE_NAME_TAKEN", "TABLE_CHANGE_REFUSED", "TABLE_LIMIT", "TABLE_BUSY", "TABLES_UNAVAILABLE"],
});

export const deleteTable = defineRoute({
  operation: "tables.delete",
  method: "DELETE",
  path: "/tables/{table}",
  summary: "Deletes a table of the tenant's own with all its rows.",
  access: "tenant.admin",
  params: TABLE,
  answers: { 204: null },
  errors: ["TABLE_NOT_FOUND", "TABLE_BUSY"],
});

export const TABLE_ROUTES = [listTables, getTable, declareTable, deleteTable] as const;
