import { CapabilityError, defineCapability } from "@skerry/sandbox";
import type { Capability } from "@skerry/sandbox";
import { z } from "zod";
import { SkerryError } from "../problems/errors.ts";
import type { SecretVault } from "../secrets/vault.ts";

/** Where values come from. */
export type SecretSource = Pick<SecretVault, "read">;

const getInput = z.strictObject({ name: z.string() });

/** Where there are no tenants, as in `skerry exec`, there are no secrets. */
export const NO_SECRETS: SecretSource = {
  read({ name }) {
    const message = `There is no secret ${JSON.stringify(name.slice(0, 80))}: scripts that run without a server have none.`;
    throw new SkerryError("SECRET_NOT_FOUND", message);
  },
};

/**
 * Makes `secrets.get`, which gives the present value of a secret of the tenant that the lease names. It fails with
 * `SECRET_NOT_FOUND` or `SECRET_KEY_MISSING`.
 */
export function createSecretCapability(source: SecretSource): Capability {
  return defineCapability<z.infer<typeof getInput>>({
    name: "secrets.get",
    input: getInput,
    async handle({ name }, { tenant }) {
      try {
        return { value: await source.read({ tenantId: tenant, name }) };
      } catch (error) {
        if (error instanceof SkerryError) throw new CapabilityError(error.code, error.message);
        throw error;
      }
    },
  });
}
