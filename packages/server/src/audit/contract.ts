import { z } from "zod";
import { defineRoute, pageOf } from "../rest/route.ts";
import { auditHead, auditQuery, auditRecord, formerTenant } from "./record.ts";

export const listAudit = defineRoute({
  operation: "audit.list",
  method: "GET",
  path: "/audit",
  summary: "Lists what was changed in the tenant, newest first.",
  access: "audit.read",
  query: auditQuery,
  answers: { 200: pageOf(auditRecord) },
});

export const getAuditHead = defineRoute({
  operation: "audit.head",
  method: "GET",
  path: "/audit/head",
  summary: "Gives number and hash of the tenant's last audit record, to be kept elsewhere.",
  access: "audit.read",
  answers: { 200: auditHead },
});

const tenant = formerTenant.optional().describe("Instead, the records of this tenant, which may be gone.");

export const listInstallationAudit = defineRoute({
  operation: "installation.listAudit",
  method: "GET",
  path: "/installation/audit",
  summary: "Lists what was changed in the installation, newest first.",
  access: "operator",
  query: auditQuery.safeExtend({ tenant }),
  answers: { 200: pageOf(auditRecord) },
});

export const getInstallationAuditHead = defineRoute({
  operation: "installation.auditHead",
  method: "GET",
  path: "/installation/audit/head",
  summary: "Gives number and hash of the installation's last audit record, to be kept elsewhere.",
  access: "operator",
  query: z.strictObject({ tenant }),
  answers: { 200: auditHead },
});

export const AUDIT_ROUTES = [
  listAudit,
  getAuditHead,
  listInstallationAudit,
  getInstallationAuditHead,
] as const;
