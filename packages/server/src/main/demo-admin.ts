import { actAsHost } from "../auth/host.ts";
import type { Caller } from "../auth/principal.ts";
import type { UserService } from "../users/service.ts";
import type { SignInLink } from "../users/user.ts";
import { DEMO_TENANT } from "./demo-scripts.ts";

/** The demo tenant's admin, in the shape that `POST /api/v1/users` takes. Signs in by link only. */
export const DEMO_ADMIN = { email: "admin@demo.example", name: "Demo admin", role: "admin" } as const;

/** Makes a link that signs the demo tenant's admin in; undefined where there is none who could. */
export async function createDemoAdminLink(
  users: Pick<UserService, "list" | "createSignInLink">,
): Promise<SignInLink | undefined> {
  const caller: Caller = {
    tenantId: DEMO_TENANT,
    principal: actAsHost({ tenant: DEMO_TENANT }),
    suspended: false,
    origin: {},
  };
  const [admin] = (await users.list(caller, { limit: 1, email: DEMO_ADMIN.email })).items;
  return admin?.status === "active" ? await users.createSignInLink(caller, admin.id) : undefined;
}
