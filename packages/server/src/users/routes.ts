import { bindRoute } from "../rest/router.ts";
import type { BoundRoute } from "../rest/router.ts";
import {
  createOperator,
  createOperatorLink,
  createUser,
  createUserLink,
  deleteOperator,
  deleteUser,
  getOperator,
  getUser,
  listOperators,
  listUsers,
  updateOperator,
  updateUser,
} from "./contract.ts";
import type { UserService } from "./service.ts";

/** What a repeated request is told in place of a link. */
const LINK_SHOWN_ONCE = "It made a link that is shown once. Make another one.";

/** `/users` of a tenant, and `/operators` of the installation. */
export function createUserRoutes(users: UserService): BoundRoute[] {
  return [
    bindRoute(listUsers, ({ caller, query }) => users.list(caller, query)),
    bindRoute(createUser, ({ caller, body }) => users.create(caller, body)),
    bindRoute(getUser, ({ caller, params }) => users.get(caller, params.user)),
    bindRoute(updateUser, ({ caller, params, body }) => users.update(caller, params.user, body)),
    bindRoute(deleteUser, ({ caller, params }) => users.delete(caller, params.user)),
    bindRoute(createUserLink, ({ caller, params, context }) => {
      context.set("shownOnce", LINK_SHOWN_ONCE);
      return users.createSignInLink(caller, params.user);
    }),
    bindRoute(listOperators, ({ operator, query }) => users.list(operator, query)),
    bindRoute(createOperator, ({ operator, body }) => users.createOperator(operator, body)),
    bindRoute(getOperator, ({ operator, params }) => users.get(operator, params.operator)),
    bindRoute(updateOperator, ({ operator, params, body }) => users.update(operator, params.operator, body)),
    bindRoute(deleteOperator, ({ operator, params }) => users.delete(operator, params.operator)),
    bindRoute(createOperatorLink, ({ operator, params, context }) => {
      context.set("shownOnce", LINK_SHOWN_ONCE);
      return users.createSignInLink(operator, params.operator);
    }),
  ];
}
