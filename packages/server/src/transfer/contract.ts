import { defineRoute } from "../rest/route.ts";
import { COMPILE_REFUSALS } from "../scripts/contract.ts";
import { pulledTenant, pullQuery, pushInput, pushResult } from "./push-document.ts";
import { exportedTenant, exportQuery, importInput, importResult, MAX_DOCUMENT_BYTES } from "./document.ts";

export const exportTenant = defineRoute({
  operation: "transfer.export",
  method: "GET",
  path: "/export",
  summary: "Gives the whole tenant as one document: its scripts, and the names of its secrets.",
  access: "tenant.admin",
  query: exportQuery,
  answers: { 200: exportedTenant },
  errors: ["EXPORT_LIMIT"],
});

export const importTenant = defineRoute({
  operation: "transfer.import",
  method: "POST",
  path: "/import",
  summary:
    "Brings the scripts of a document into the tenant, all or none. The answer of GET /export is a body, too.",
  access: "tenant.admin",
  body: importInput,
  bodyBytes: MAX_DOCUMENT_BYTES,
  answers: { 200: importResult },
  errors: ["IMPORT_CONFLICT", ...COMPILE_REFUSALS, "VERSION_CONFLICT", "ENDPOINT_CONFLICT"],
});

export const pullScripts = defineRoute({
  operation: "transfer.pull",
  method: "GET",
  path: "/pull",
  summary: "Gives all scripts as they are published, for a folder of files.",
  access: "scripts.read",
  query: pullQuery,
  answers: { 200: pulledTenant },
  errors: ["EXPORT_LIMIT"],
});

export const pushScripts = defineRoute({
  operation: "transfer.push",
  method: "POST",
  path: "/push",
  summary: "Publishes scripts of a folder of files and deletes others, all or none.",
  access: "scripts.update",
  body: pushInput,
  bodyBytes: MAX_DOCUMENT_BYTES,
  answers: { 200: pushResult },
  errors: [
    ...COMPILE_REFUSALS,
    "SCRIPT_NAME_TAKEN",
    "VERSION_CONFLICT",
    "PUSH_CONFLICT",
    "ENDPOINT_CONFLICT",
  ],
});

export const TRANSFER_ROUTES = [exportTenant, importTenant, pullScripts, pushScripts] as const;
