import type { Operator } from "../../auth/principal.ts";
import { readSessionCookie } from "../../auth/sessions/cookie.ts";
import type { PlatformServices } from "../../platform.ts";
import { formErrors } from "../../web/form.ts";
import { defineOperatorPage, definePage } from "../../web/page.ts";
import type { AnyPageRequest, PageRoute } from "../../web/page.ts";
import { ownName, ownPassword } from "../user.ts";
import { AccountPage } from "./account-page.tsx";

interface AccountRoute {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly handle: (request: AnyPageRequest, who: Operator) => Promise<Response>;
}

/** `/account`: the name and password of whoever is signed in, below their tenant or below `/operator`. */
export function createAccountPages({ ownAccount }: Pick<PlatformServices, "ownAccount">): PageRoute[] {
  async function show(
    request: AnyPageRequest,
    who: Operator,
    errors: ReadonlyMap<string, string> = new Map(),
  ): Promise<Response> {
    const { view } = request;
    const user = await ownAccount.get(who);
    const status = errors.size === 0 ? 200 : 422;
    const content = <AccountPage view={view} user={user} errors={errors} />;
    return await request.page(content, { title: view.t.account.title, status });
  }

  /** A form of the page, which shows what is wrong with it beside its fields. */
  const form = (
    path: string,
    change: (request: AnyPageRequest, who: Operator) => Promise<unknown>,
    describe: (request: AnyPageRequest) => string,
  ): AccountRoute => ({
    method: "POST",
    path,
    handle: async (request, who) => {
      try {
        await change(request, who);
      } catch (error) {
        return await show(request, who, formErrors(error));
      }
      return request.redirect(request.view.href("/account"), describe(request));
    },
  });

  const routes: readonly AccountRoute[] = [
    { method: "GET", path: "/account", handle: (request, who) => show(request, who) },
    form(
      "/account/name",
      async (request, who) => {
        const { name } = await request.form(ownName);
        await ownAccount.rename(who, name);
      },
      ({ view }) => view.t.account.renamed,
    ),
    form(
      "/account/password",
      async (request, who) => {
        const token = readSessionCookie(request.context) ?? "";
        await ownAccount.setPassword(who, await request.form(ownPassword), token);
      },
      ({ view }) => view.t.account.passwordChanged,
    ),
  ];
  return routes.flatMap(({ handle, ...route }) => [
    definePage({ ...route, access: "member", handle: (request) => handle(request, request.caller) }),
    defineOperatorPage({ ...route, handle: (request) => handle(request, request.operator) }),
  ]);
}
