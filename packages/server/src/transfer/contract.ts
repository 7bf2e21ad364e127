import { defineRoute } from "../rest/route.ts";
import { COMPILE_REFUSALS } from "../scripts/contract.ts";
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
  summary: "Brings the scripts of a document into the tenant, all or none.",
  access: "tenant.admin",
  body: importInput,
  bodyBytes: MAX_DOCUMENT_BYTES,
  answers: { 200: importResult },
  errors: ["IMPORT_CONFLICT", ...COMPILE_REFUSALS, "VERSION_CONFLICT", "ENDPOINT_CONFLICT"],
});

export const TRANSFER_ROUTES = [exportTenant, importTenant] as const;
