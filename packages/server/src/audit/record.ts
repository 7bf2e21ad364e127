import type { JsonObject } from "@skerry/sandbox";
import { z } from "zod";
import { isTenantId } from "../tenants/tenant.ts";
import { storableText } from "../rest/input.ts";
import { createPageQuery } from "../rest/paging.ts";
import { isForward, NOT_FORWARD, PERIOD } from "../rest/period.ts";
import { moment } from "../rest/route.ts";

/** The name of the chain that holds what happens to the installation; no tenant can have it. */
export const INSTALLATION_CHAIN = "*";

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const details = z.custom<JsonObject | null>();

/** One change that was made. Everything in it but `hash` itself is what `hash` proves, together with its chain's name. */
export const auditRecord = z
  .object({
    seq: z.int().describe("Counts from 1 within the tenant, or within the installation, without gaps."),
    at: moment(),
    actor: z.string().describe("Who did it: the kind of principal and its id, such as `key:0198…`."),
    action: z.string().describe("What happened, such as `script.published`."),
    target: z.object({ type: z.string(), id: z.string(), name: z.string().nullable() }),
    before: details.describe("What mattered of the target before."),
    after: details.describe("What mattered of it afterwards."),
    address: z.string().nullable().describe("IP address that the request came from."),
    requestId: z.string().nullable(),
    previousHash: hash.describe("Hash of the record before; zeros for the first."),
    hash,
  })
  .meta({ id: "AuditRecord" });
export type AuditRecord = Readonly<z.output<typeof auditRecord>>;

/** The last record of a chain: kept elsewhere, it proves later that nothing up to it was changed or removed. */
export const auditHead = z
  .object({
    seq: z.int().describe("0 while nothing is recorded."),
    hash: hash.describe("Zeros while nothing is recorded."),
  })
  .meta({ id: "AuditHead" });
export type AuditHead = Readonly<z.output<typeof auditHead>>;

const text = storableText(300);

/** Query of `GET /audit`: each filter matches exactly, `target` the id; `from` inclusive, `to` exclusive. */
export const auditQuery = z
  .strictObject({
    ...createPageQuery((key) => /^\d{1,15}$/.test(key)),
    action: text.optional(),
    actor: text.optional(),
    target: text.optional(),
    ...PERIOD,
  })
  .refine(isForward, NOT_FORWARD);
export type AuditQuery = z.output<typeof auditQuery>;

/** A tenant whose records an operator wants, which may be gone by now. */
export const formerTenant = z.string().refine(isTenantId, "is not a tenant id");
