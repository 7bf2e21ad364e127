import { z } from "zod";
import { TENANT_ROLES, userInput, userChange, usersQuery } from "../user.ts";
import type { UserChange } from "../user.ts";
import type { PlatformServices } from "../../platform.ts";
import { checkInput } from "../../rest/input.ts";
import { formErrors } from "../../web/form.ts";
import { definePage } from "../../web/page.ts";
import type { PageRequest, PageRoute } from "../../web/page.ts";
import type { RefusedUser } from "./invitation-form.tsx";
import { SignInLinkPage } from "./sign-in-link-page.tsx";
import { UserList } from "./user-list.tsx";
import { UserRow } from "./user-row.tsx";

const listQuery = usersQuery.pick({ limit: true, cursor: true });
const typedUser = z.object({
  name: z.string().default(""),
  email: z.string().default(""),
  role: z.enum(TENANT_ROLES).default("developer"),
});
const chosenRole = userChange.pick({ role: true }).required();

/** `/users`: the people of a tenant, what they may do, and how they come in. */
export function createUserPages({ users }: Pick<PlatformServices, "users">): PageRoute[] {
  async function showList(request: PageRequest, refused: RefusedUser | undefined): Promise<Response> {
    const { caller, view } = request;
    const query = refused === undefined ? request.query(listQuery) : listQuery.parse({});
    const page = await users.list(caller, query);
    const content = <UserList view={view} query={query} users={page} refused={refused} />;
    const status = refused === undefined ? 200 : 422;
    return await request.page(content, { title: view.t.users.title, section: "users", status });
  }

  async function showLink(
    request: PageRequest,
    userId: string,
    title: (name: string) => string,
  ): Promise<Response> {
    const { caller, view } = request;
    const { name } = await users.get(caller, userId);
    const { url } = await users.createSignInLink(caller, userId);
    const address = new URL(url, request.context.req.url).href;
    const content = <SignInLinkPage view={view} title={title(name)} address={address} />;
    return await request.page(content, { title: view.t.users.title, section: "users" });
  }

  /** A form that changes one user, and what it then says. */
  const change = (
    verb: string,
    read: (request: PageRequest) => UserChange | Promise<UserChange>,
    describe: (request: PageRequest, name: string, role: string) => string,
  ) =>
    definePage({
      method: "POST",
      path: `/users/{user}/${verb}`,
      access: "tenant.admin",
      async handle(request) {
        const { caller, view, params } = request;
        const user = await users.update(caller, params["user"] ?? "", await read(request));
        const toast = describe(request, user.name, view.t.users.roles[user.role]);
        if (!request.isFragment) return request.redirect(view.href("/users"), toast);
        return await request.fragment(<UserRow view={view} user={user} />, { toast });
      },
    });

  return [
    definePage({
      method: "GET",
      path: "/users",
      access: "tenant.admin",
      handle: (request) => showList(request, undefined),
    }),
    definePage({
      method: "POST",
      path: "/users",
      access: "tenant.admin",
      async handle(request) {
        const typed = await request.form(typedUser);
        let id: string;
        try {
          ({ id } = await users.create(request.caller, checkInput(userInput, typed)));
        } catch (error) {
          return await showList(request, { ...typed, errors: formErrors(error) });
        }
        return await showLink(request, id, request.view.t.users.invitedTitle);
      },
    }),
    definePage({
      method: "POST",
      path: "/users/{user}/link",
      access: "tenant.admin",
      handle: (request) => showLink(request, request.params["user"] ?? "", request.view.t.users.linkTitle),
    }),
    change(
      "role",
      (request) => request.form(chosenRole),
      ({ view }, name, role) => view.t.users.roleChanged(name, role),
    ),
    change(
      "disable",
      () => ({ status: "disabled" }),
      ({ view }, name) => view.t.users.disabled(name),
    ),
    change(
      "enable",
      () => ({ status: "active" }),
      ({ view }, name) => view.t.users.enabled(name),
    ),
    definePage({
      method: "POST",
      path: "/users/{user}/delete",
      access: "tenant.admin",
      async handle(request) {
        const { caller, view, params } = request;
        const { id, name } = await users.get(caller, params["user"] ?? "");
        await users.delete(caller, id);
        return request.redirect(view.href("/users"), view.t.users.deleted(name));
      },
    }),
  ];
}
