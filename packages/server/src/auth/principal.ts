import type { TraceContext } from "../observability/trace-context.ts";
import { SkerryError } from "../problems/errors.ts";
import { ALL_PERMISSIONS } from "./permission.ts";
import type { Permission } from "./permission.ts";

/**
 * How somebody proved who they are: the operator's key of the configuration, an API key, a signed-in user, a token that
 * the host signed, or the host's own code in this process.
 */
export const PRINCIPAL_KINDS = ["operator", "key", "user", "token", "host"] as const;
export type PrincipalKind = (typeof PRINCIPAL_KINDS)[number];

/** Who acts. */
export interface Principal {
  readonly kind: PrincipalKind;
  /** Undefined for those who act on the installation and on every tenant. */
  readonly tenantId: string | undefined;
  /** Of the key or user, or the token's subject; undefined where the kind says it all. */
  readonly id: string | undefined;
  readonly permissions: ReadonlySet<Permission>;
}

/** Where a request came from, for the audit log and traces. */
export interface Origin {
  /** IP address of the client. */
  readonly address?: string;
  readonly requestId?: string;
  /** Where in a trace it is. */
  readonly trace?: TraceContext;
}

/** A principal that acts on one tenant. Services take it instead of a tenant id, so none can forget the check. */
export interface Caller {
  readonly tenantId: string;
  readonly principal: Principal;
  /** True only for an operator at a suspended tenant, where things may be mended but not run. */
  readonly suspended: boolean;
  readonly origin: Origin;
}

/** A principal that acts on the installation. */
export interface Operator {
  readonly principal: Principal;
  readonly origin: Origin;
}

export const EVERY_PERMISSION: ReadonlySet<Permission> = new Set(ALL_PERMISSIONS);

/** @throws SkerryError `PERMISSION_DENIED`. */
export function requirePermission({ principal }: Pick<Caller, "principal">, permission: Permission): void {
  if (principal.permissions.has(permission)) return;
  throw new SkerryError("PERMISSION_DENIED", `This needs the permission ${permission}.`);
}

/** @throws SkerryError `PERMISSION_DENIED`. */
export function requireOperator({ principal }: Pick<Operator, "principal">): void {
  if (principal.tenantId === undefined) return;
  throw new SkerryError("PERMISSION_DENIED", "This needs an operator: the key or user of the installation.");
}

/** Names the principal in records, e.g. `key:0198…`. */
export function nameOf({ kind, id }: Principal): string {
  return id === undefined ? kind : `${kind}:${id}`;
}
