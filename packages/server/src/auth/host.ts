import { ALL_PERMISSIONS } from "./permission.ts";
import type { Permission } from "./permission.ts";
import { EVERY_PERMISSION } from "./principal.ts";
import type { Principal } from "./principal.ts";

/** As whom the host's own code acts: for the installation, or within one tenant and perhaps for one of its users. */
export type HostActor =
  | { readonly operator: true }
  | {
      readonly tenant: string;
      /** Named in the audit log. */
      readonly user?: string;
      /** Default: all. */
      readonly permissions?: readonly Permission[];
    };

/** The principal of code that needs no credential because it runs in the host's own process. */
export function actAsHost(actor: HostActor): Principal {
  if ("operator" in actor) {
    return { kind: "host", tenantId: undefined, id: undefined, permissions: EVERY_PERMISSION };
  }
  const { tenant, user, permissions = ALL_PERMISSIONS } = actor;
  return { kind: "host", tenantId: tenant, id: user, permissions: new Set(permissions) };
}
