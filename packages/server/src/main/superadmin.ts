import { actAsHost } from "../auth/host.ts";
import type { Operator } from "../auth/principal.ts";
import { SkerryError } from "../problems/errors.ts";
import type { UserService } from "../users/service.ts";
import type { SignInLink } from "../users/user.ts";

/** The first superadmin, in the shape that `POST /api/v1/operators` takes. Signs in by link until it has a password. */
export const FIRST_SUPERADMIN = { email: "operator@skerry.example", name: "Operator" } as const;

/**
 * Makes a link that signs the first superadmin in, whom it makes where the installation has no superadmin; undefined
 * where there are others instead.
 */
export async function createSuperadminLink(
  users: Pick<UserService, "list" | "createOperator" | "createSignInLink">,
): Promise<SignInLink | undefined> {
  const operator: Operator = { principal: actAsHost({ operator: true }), origin: {} };
  const { items } = await users.list(operator, { limit: 1 });
  if (items.length === 0) await users.createOperator(operator, FIRST_SUPERADMIN).catch(passOverExisting);
  const [first] = (await users.list(operator, { limit: 1, email: FIRST_SUPERADMIN.email })).items;
  return first?.status === "active" ? await users.createSignInLink(operator, first.id) : undefined;
}

/** Two nodes may start at once. */
function passOverExisting(error: unknown): void {
  if (!(error instanceof SkerryError) || error.code !== "USER_EXISTS") throw error;
}
