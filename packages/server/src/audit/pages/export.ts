import type { Page } from "../../rest/paging.ts";
import type { AuditRecord } from "../record.ts";

export const EXPORT_FORMATS = ["ndjson", "csv"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const COLUMNS = [
  "seq",
  "at",
  "actor",
  "action",
  "targetType",
  "targetId",
  "targetName",
  "before",
  "after",
  "address",
  "requestId",
  "hash",
] as const;

/** Spreadsheets take cells that begin so for formulas (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/;

/** All records from the newest on, page by page as the reader takes them. */
export function streamRecords(
  format: ExportFormat,
  list: (cursor: string | undefined) => Promise<Page<AuditRecord>>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const write = format === "csv" ? toCsvLine : toJsonLine;
  let cursor: string | null | undefined;
  return new ReadableStream({
    start(controller) {
      if (format === "csv") controller.enqueue(encoder.encode(`${COLUMNS.join(",")}\r\n`));
    },
    async pull(controller) {
      const { items, nextCursor } = await list(cursor ?? undefined);
      if (items.length > 0) controller.enqueue(encoder.encode(items.map(write).join("")));
      // The service takes cursors as keys, and gives them encoded.
      cursor = nextCursor === null ? null : Buffer.from(nextCursor, "base64url").toString();
      if (cursor === null) controller.close();
    },
  });
}

function toJsonLine(record: AuditRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** RFC 4180. */
function toCsvLine({ target, before, after, ...record }: AuditRecord): string {
  const cells: Record<(typeof COLUMNS)[number], string | number | null> = {
    seq: record.seq,
    at: record.at.toISOString(),
    actor: record.actor,
    action: record.action,
    targetType: target.type,
    targetId: target.id,
    targetName: target.name,
    before: before && JSON.stringify(before),
    after: after && JSON.stringify(after),
    address: record.address,
    requestId: record.requestId,
    hash: record.hash,
  };
  return `${COLUMNS.map((column) => toCell(String(cells[column] ?? ""))).join(",")}\r\n`;
}

function toCell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
