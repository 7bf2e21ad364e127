import type { Logger } from "pino";
import { z } from "zod";
import { storableText } from "../rest/input.ts";
import { refuseCredential } from "./bearer.ts";
import { readPermissions } from "./permission.ts";
import type { Permission } from "./permission.ts";
import type { Principal } from "./principal.ts";
import type { TenantStatuses } from "./tenant-status.ts";

/** Who sends a request, as the host knows it. */
export interface Identity {
  readonly tenant: string;
  /** Named in the audit log. */
  readonly user?: string;
  readonly permissions: readonly Permission[];
}

/**
 * The host's own way to tell who sends a request, such as by its session cookie. Asked when a request carries no
 * `Authorization`; undefined leaves it to Skerry's own sessions. The request's body must not be read.
 */
export type Identify = (request: Request) => Promise<Identity | undefined> | Identity | undefined;

const identity = z.object({
  tenant: z.string(),
  user: storableText(200).min(1).optional(),
  permissions: z.array(z.string()).readonly(),
});

export interface HostIdentityOptions {
  readonly identify: Identify;
  readonly tenants: TenantStatuses;
  readonly logger: Logger;
}

/**
 * Asks the host who sends a request.
 *
 * @throws SkerryError `IDENTITY_INVALID` when the host's code throws or answers anything else; the log has the reason.
 * `TENANT_SUSPENDED`.
 */
export async function askHost(
  { identify, tenants, logger }: HostIdentityOptions,
  request: Request,
): Promise<Principal | undefined> {
  const { tenant, user, permissions } = (await askSafely(identify, logger, request)) ?? {};
  if (tenant === undefined || permissions === undefined) return undefined;
  if (!(await tenants.requireActive(tenant))) {
    logger.error({ tenant }, "the host's identify named a tenant that does not exist");
    throw refuseIdentity();
  }
  return { kind: "host", tenantId: tenant, id: user, permissions: readPermissions(permissions) };
}

async function askSafely(
  identify: Identify,
  logger: Logger,
  request: Request,
): Promise<z.output<typeof identity> | undefined> {
  try {
    const answer = await identify(request);
    return answer === undefined ? undefined : identity.parse(answer);
  } catch (error) {
    logger.error({ err: error }, "the host's identify failed");
    throw refuseIdentity();
  }
}

function refuseIdentity() {
  return refuseCredential("IDENTITY_INVALID", "The host could not tell who sends this request.");
}
