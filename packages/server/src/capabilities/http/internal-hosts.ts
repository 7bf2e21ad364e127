import { isIP } from "node:net";
import { z } from "zod";
import { StartError } from "../../main/errors.ts";
import type { AllowedHost } from "./destination.ts";

/** A host that scripts may reach although it is not public, as the host product writes it down. */
const internalHost = z.strictObject({
  name: z
    .string()
    .refine(
      isHostName,
      "must be a host name such as billing.internal, in the spelling of URLs, or an IP address",
    ),
  address: z
    .string()
    .refine((text) => isIP(text) !== 0, "must be an IP address")
    .optional()
    .describe("Dialled without asking DNS."),
  port: z.int().min(1).max(65_535).describe("The only port that is open there."),
  tenants: z.array(z.string()).readonly().optional().describe("Who may reach it; left out, all tenants."),
});
export type InternalHost = Readonly<z.output<typeof internalHost>>;

export const internalHosts = z.array(internalHost).max(1_000).readonly();

/**
 * Gives each tenant the internal hosts that are named for it.
 *
 * @throws StartError `CONFIG_INVALID` naming the place and the rule.
 */
export function allowInternalHosts(
  hosts: readonly InternalHost[],
): (tenant: string) => readonly AllowedHost[] {
  const { data, error } = internalHosts.safeParse(hosts);
  if (error !== undefined) {
    throw new StartError("CONFIG_INVALID", `The internal hosts cannot be used:\n${z.prettifyError(error)}`);
  }
  return (tenant) =>
    data
      .filter(({ tenants }) => tenants === undefined || tenants.includes(tenant))
      .map(({ name, address, port }) => ({
        host: name,
        port,
        ...(address === undefined ? {} : { address }),
      }));
}

function isHostName(text: string): boolean {
  if (isIP(text) !== 0) return true;
  return (
    /^[a-z0-9._-]+$/.test(text) && !text.endsWith(".") && URL.parse(`http://${text}/`)?.hostname === text
  );
}
