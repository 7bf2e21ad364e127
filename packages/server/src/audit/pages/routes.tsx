import { z } from "zod";
import { storableText } from "../../rest/input.ts";
import { createPageQuery } from "../../rest/paging.ts";
import type { Page } from "../../rest/paging.ts";
import type { PlatformServices } from "../../platform.ts";
import { filterField } from "../../web/filter-field.ts";
import { defineOperatorPage, definePage } from "../../web/page.ts";
import type { AnyPageRequest, PageRoute } from "../../web/page.ts";
import type { Section } from "../../web/view.ts";
import type { AuditHead, AuditQuery, AuditRecord } from "../record.ts";
import type { ChainReport } from "../verification.ts";
import { AuditList } from "./audit-list.tsx";
import { ChainMark } from "./chain-mark.tsx";
import { EXPORT_FORMATS, streamRecords } from "./export.ts";

const text = filterField(storableText(300));
const filters = z.object({
  action: text,
  actor: text,
  target: text,
  since: filterField(z.iso.date()),
  until: filterField(z.iso.date()),
});
const listQuery = filters.extend(createPageQuery((key) => /^\d{1,15}$/.test(key)));
export type AuditFilters = z.output<typeof filters>;

const exportQuery = filters.extend({ format: z.enum(EXPORT_FORMATS) });

const DAY_MS = 24 * 60 * 60_000;
const EXPORTED_AT_ONCE = 200;

/** One chain, as somebody may see it. */
interface Chain {
  list(query: AuditQuery): Promise<Page<AuditRecord>>;
  getHead(): Promise<AuditHead>;
  verify(): Promise<ChainReport | undefined>;
  nameActors(actors: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** `/audit` of tenants and of the installation. */
export function createAuditPages({
  audit,
  actorNames,
}: Pick<PlatformServices, "audit" | "actorNames">): PageRoute[] {
  const tenantPages = pagesOf((section, handle) =>
    definePage({
      method: "GET",
      path: section,
      access: "audit.read",
      handle: async (request) =>
        await handle(request, "audit", request.view.t.audit.title, {
          list: (query) => audit.list(request.caller, query),
          getHead: () => audit.getHead(request.caller),
          verify: () => audit.verify(request.caller),
          nameActors: (actors) => actorNames.find(request.caller, actors),
        }),
    }),
  );
  const operatorPages = pagesOf((section, handle) =>
    defineOperatorPage({
      method: "GET",
      path: section,
      handle: async (request) =>
        await handle(request, "installationAudit", request.view.t.audit.installationTitle, {
          list: (query) => audit.listInstallation(request.operator, undefined, query),
          getHead: () => audit.getInstallationHead(request.operator, undefined),
          verify: () => audit.verifyInstallation(request.operator),
          nameActors: () => Promise.resolve(new Map()),
        }),
    }),
  );
  return [...tenantPages, ...operatorPages];
}

type Handle = (request: AnyPageRequest, section: Section, title: string, chain: Chain) => Promise<Response>;

function pagesOf(define: (path: string, handle: Handle) => PageRoute): PageRoute[] {
  return [
    define("/audit", showList),
    define("/audit/verification", showMark),
    define("/audit/export", exportAll),
  ];
}

async function showList(
  request: AnyPageRequest,
  section: Section,
  title: string,
  chain: Chain,
): Promise<Response> {
  const query = request.query(listQuery);
  const [records, head] = await Promise.all([chain.list(toAuditQuery(query)), chain.getHead()]);
  const names = await chain.nameActors(records.items.map(({ actor }) => actor));
  const content = (
    <AuditList view={request.view} title={title} query={query} records={records} head={head} names={names} />
  );
  return await request.page(content, { title, section });
}

async function showMark(
  request: AnyPageRequest,
  _: Section,
  _title: string,
  chain: Chain,
): Promise<Response> {
  const [report, head] = await Promise.all([chain.verify(), chain.getHead()]);
  return await request.fragment(<ChainMark view={request.view} head={head} report={report} isDone />);
}

function exportAll(request: AnyPageRequest, section: Section, _: string, chain: Chain): Promise<Response> {
  const { format, ...chosen } = request.query(exportQuery);
  const wanted = toAuditQuery({ ...chosen, limit: EXPORTED_AT_ONCE, cursor: undefined });
  const stream = streamRecords(format, (cursor) => chain.list({ ...wanted, cursor }));
  return Promise.resolve(
    request.context.body(stream, 200, {
      "content-type": format === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson; charset=utf-8",
      "content-disposition": `attachment; filename="${section === "audit" ? "audit" : "installation-audit"}.${format}"`,
    }),
  );
}

/** Days are in UTC, both inclusive. */
function toAuditQuery({ since, until, ...rest }: z.output<typeof listQuery>): AuditQuery {
  return {
    ...rest,
    from: since === undefined ? undefined : new Date(since),
    to: until === undefined ? undefined : new Date(Date.parse(until) + DAY_MS),
  };
}
