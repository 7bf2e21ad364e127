import { SkerryError } from "../problems/errors.ts";

/** What an API key may be allowed to do. */
export const SCOPES = [
  "scripts:read",
  "scripts:write",
  "executions:read",
  "executions:run",
  "api-keys:manage",
] as const;
export type Scope = (typeof SCOPES)[number];

/** Who an API key stands for. */
export interface Principal {
  readonly kind: "operator" | "tenant";
  /** Undefined for an operator. */
  readonly tenantId: string | undefined;
  /** Id of the key; undefined for the key of the configuration. */
  readonly keyId: string | undefined;
  readonly scopes: ReadonlySet<Scope>;
}

/** A principal that acts on one tenant. Services take it instead of a tenant id, so none can forget the check. */
export interface Caller {
  readonly tenantId: string;
  readonly principal: Principal;
  /** True only for an operator at a suspended tenant, where things may be mended but not run. */
  readonly suspended: boolean;
}

export const ALL_SCOPES: ReadonlySet<Scope> = new Set(SCOPES);

/** @throws SkerryError `PERMISSION_DENIED`. */
export function requireScope({ principal }: Caller, scope: Scope): void {
  if (principal.scopes.has(scope)) return;
  throw new SkerryError("PERMISSION_DENIED", `This needs an API key with the scope ${scope}.`);
}

/** @throws SkerryError `PERMISSION_DENIED`. */
export function requireOperator(principal: Principal): void {
  if (principal.kind === "operator") return;
  throw new SkerryError("PERMISSION_DENIED", "This needs the API key of an operator.");
}

/** Names the principal in records, e.g. `key:0198…`. */
export function nameOf({ kind, keyId }: Principal): string {
  return keyId === undefined ? kind : `key:${keyId}`;
}
