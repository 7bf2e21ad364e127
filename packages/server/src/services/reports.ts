import { requireOperator, requirePermission } from "../auth/principal.ts";
import type { Caller, Operator } from "../auth/principal.ts";
import type { Database } from "../db/open.ts";
import { withPlatform, withTenant } from "../db/tenant-scope.ts";
import { isGranted } from "../plans/grants.ts";
import { SkerryError } from "../problems/errors.ts";
import type { QuotaService } from "../quotas/service.ts";
import { createPage } from "../rest/paging.ts";
import { findBreakingChanges } from "./comparison.ts";
import { writeServiceMembers } from "./declarations.ts";
import type { DeclaredService } from "./declared.ts";
import type { HostServices } from "./host-services.ts";
import type { GrantedService, HostService, ImpactQuery, ServiceImpact } from "./report.ts";
import { findEarlierSchemas, listAffectedScripts, listUses, sumUses } from "./repository.ts";
import type { UseTotals } from "./repository.ts";

/** What is told of the host's services. What scripts did within the last second on other nodes may be missing. */
export interface ServiceReports {
  list(operator: Operator): Promise<{ readonly items: readonly HostService[] }>;
  /** @throws SkerryError `SERVICE_NOT_FOUND`. */
  getImpact(operator: Operator, path: string, query: ImpactQuery): Promise<ServiceImpact>;
  listGranted(caller: Caller): Promise<{ readonly items: readonly GrantedService[] }>;
  /** TypeScript: the members of `ctx.services` as the tenant's scripts may use them. */
  declareMembers(tenantId: string): Promise<string>;
}

export interface ServiceReportsOptions {
  readonly database: Database;
  readonly quotas: Pick<QuotaService, "termsOf">;
  readonly services: HostServices;
}

const MAX_SCRIPTS_TOLD = 100;
const DAY_MS = 24 * 60 * 60_000;

export function createServiceReports({ database, quotas, services }: ServiceReportsOptions): ServiceReports {
  const { declared } = services;

  async function findGranted(tenantId: string): Promise<readonly DeclaredService[]> {
    const { capabilities, grants } = await quotas.termsOf(tenantId);
    return declared.filter(
      ({ path, permission }) =>
        isGranted(capabilities, `services.${path}`) &&
        (permission === undefined || isGranted(grants, permission)),
    );
  }

  return {
    async list(operator) {
      requireOperator(operator);
      await services.flush();
      const totals = declared.length === 0 ? [] : await withPlatform(database, sumUses);
      return { items: declared.map((service) => describeUse(service, totals)) };
    },

    async getImpact(operator, path, query) {
      requireOperator(operator);
      const service = declared.find((each) => each.path === path);
      if (service === undefined) {
        throw new SkerryError(
          "SERVICE_NOT_FOUND",
          `There is no service ${JSON.stringify(path.slice(0, 100))}.`,
        );
      }
      await services.flush();
      const { checksum } = service;
      return await withPlatform(database, async (queries) => {
        const earlier = await findEarlierSchemas(queries, { service: path, checksum });
        const since = new Date(Date.now() - query.days * DAY_MS);
        const wanted = { ...query, service: path, since, pattern: createNamePattern(path) };
        const rows = await listAffectedScripts(queries, wanted);
        const page = createPage(
          rows,
          query,
          ({ tenantId, scriptId }) => `${tenantId}/${scriptId}`,
          (row) => row,
        );
        const changes = earlier === undefined ? [] : findBreakingChanges(earlier, service);
        return { service: path, comparedWith: earlier?.declaredAt ?? null, changes, ...page };
      });
    },

    async listGranted(caller) {
      requirePermission(caller, "scripts.read");
      const { tenantId } = caller;
      const granted = await findGranted(tenantId);
      if (granted.length === 0) return { items: [] };
      await services.flush();
      const uses = await withTenant(database, tenantId, (queries) =>
        listUses(queries, tenantId, MAX_SCRIPTS_TOLD),
      );
      const items = granted.map((service) => ({
        ...describe(service),
        scripts: uses.flatMap(({ service: used, ...use }) => (used === service.path ? [use] : [])),
      }));
      return { items };
    },

    declareMembers: async (tenantId) => writeServiceMembers(await findGranted(tenantId)),
  };
}

function describe({ path, name, version, summary, permission, deprecated, input, output }: DeclaredService) {
  return {
    path,
    name,
    version,
    summary: summary ?? null,
    permission: permission ?? null,
    deprecated: deprecated ?? null,
    input,
    output,
  };
}

function describeUse(service: DeclaredService, totals: readonly UseTotals[]): HostService {
  const { rateLimit = null, timeoutMs, checksum } = service;
  const total = totals.find((each) => each.service === service.path);
  const { tenants = 0, scripts = 0, calls = 0, lastUsedAt = null } = total ?? {};
  const uses = { tenants, scripts, calls, lastUsedAt };
  return { ...describe(service), rateLimit, timeoutMs, checksum: checksum.toString("hex"), uses };
}

/**
 * A regular expression of Postgres for `orders.refund`, also over several lines and with `?.`. The words hold nothing
 * that means anything in it. Scripts that take the service apart by other ways are found by their calls.
 */
function createNamePattern(path: string): string {
  const words = path.includes(".") ? path.split(".") : ["services", path];
  return `\\y${words.join("\\s*\\??\\.\\s*")}\\y`;
}
