import type { Hardware, Workload } from "./model.ts";

/** What the page about scaling reckons with. */
export const REFERENCE_WORKLOAD: Workload = {
  tenants: 100_000,
  executionsPerSecond: 10_000,
  exponent: 1,
  shares: { http: 0.6, embedded: 0.15, event: 0.15, cron: 0.05, api: 0.05 },
  scriptMs: 1,
  retentionDays: 30,
};

/** Nodes of 16 cores and 64 GB; PostgreSQL on 32 cores with fast local disks. */
export const REFERENCE_HARDWARE: Hardware = {
  coresPerNode: 16,
  runnerMbPerNode: 48 * 1_024,
  utilization: 0.6,
  isRoutedByTenant: true,
  databaseCores: 32,
  walMbPerSecond: 300,
  connections: 1_000,
};

/** Installations of other sizes, whose tenants are as busy each. */
export const REFERENCE_SIZES: readonly Workload[] = [1_000, 10_000, 100_000].map((tenants) => ({
  ...REFERENCE_WORKLOAD,
  tenants,
  executionsPerSecond: tenants / 10,
}));
