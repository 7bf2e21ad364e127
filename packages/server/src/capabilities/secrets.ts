import { CapabilityError } from "@skerry/sandbox";
import type { Capability } from "@skerry/sandbox";
import { z } from "zod";
import { SkerryError } from "../problems/errors.ts";
import { SECRET_ERRORS } from "../secrets/errors.ts";
import type { SecretVault } from "../secrets/vault.ts";
import { createNamespaceCapabilities, defineNamespace } from "./namespace.ts";

/** Where values come from. */
export type SecretSource = Pick<SecretVault, "read">;

export const SECRETS = defineNamespace({
  name: "secrets",
  summary:
    "What the tenant keeps for its scripts alone. Values that end up in logs and results are blotted out.",
  calls: { get: { input: z.strictObject({ name: z.string() }) } },
  members: {
    get: {
      signature: "(name: string): Promise<string>",
      summary: "Gives the present value of a secret.",
      calls: ["get"],
      errors: ["SECRET_NOT_FOUND", "SECRET_KEY_MISSING"],
      example: 'const key = await ctx.secrets.get("PAYMENT_KEY");',
    },
  },
  limits: [],
  errors: {
    SECRET_NOT_FOUND: SECRET_ERRORS.SECRET_NOT_FOUND,
    SECRET_KEY_MISSING: SECRET_ERRORS.SECRET_KEY_MISSING,
  },
});

/** Where there are no tenants, as in `skerry exec`, there are no secrets. */
export const NO_SECRETS: SecretSource = {
  read({ name }) {
    const message = `There is no secret ${JSON.stringify(name.slice(0, 80))}: scripts that run without a server have none.`;
    throw new SkerryError("SECRET_NOT_FOUND", message);
  },
};

/** The present value of a tenant's secret. @throws CapabilityError `SECRET_NOT_FOUND` or `SECRET_KEY_MISSING`. */
export async function readSecret(source: SecretSource, tenant: string, name: string): Promise<string> {
  try {
    return await source.read({ tenantId: tenant, name });
  } catch (error) {
    if (error instanceof SkerryError) throw new CapabilityError(error.code, error.message);
    throw error;
  }
}

/** Gives the secrets of the tenant that the lease names. */
export function createSecretCapability(source: SecretSource): readonly Capability[] {
  return createNamespaceCapabilities(SECRETS, {
    get: async ({ name }, { tenant }) => ({ value: await readSecret(source, tenant, name) }),
  });
}
