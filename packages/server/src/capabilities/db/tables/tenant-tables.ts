import type { OpenTable } from "../setup/shape.ts";

/** Tables of one tenant's own. */
export interface TenantTables {
  /** Holds them, and nobody else's. */
  readonly schema: string;
  readonly tables: readonly OpenTable[];
  /** Bytes that the tenant may store in all. */
  readonly storedLimit: number;
}

/** Where {@link TenantTables} come from. */
export interface TenantTableSource {
  /** Undefined where the tenant has none. */
  of(tenant: string): Promise<TenantTables | undefined>;
  /** To be called after this node changed them; other nodes hear of it by themselves. */
  forget(tenant: string): void;
  /** Whether any tenant has one. */
  exist(): Promise<boolean>;
}
