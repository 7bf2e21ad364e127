import { bindRoute } from "../rest/router.ts";
import type { BoundRoute } from "../rest/router.ts";
import { deleteSecret, getSecret, listSecrets, setSecret } from "./contract.ts";
import type { SecretService } from "./service.ts";

/** `/secrets`: values go in and never come out. */
export function createSecretRoutes(secrets: SecretService): BoundRoute[] {
  return [
    bindRoute(listSecrets, ({ caller, query }) => secrets.list(caller, query)),
    bindRoute(getSecret, ({ caller, params }) => secrets.get(caller, params.name)),
    bindRoute(setSecret, ({ caller, params, body }) => secrets.set(caller, params.name, body)),
    bindRoute(deleteSecret, ({ caller, params }) => secrets.delete(caller, params.name)),
  ];
}
