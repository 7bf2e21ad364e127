import { z } from "zod";
import type { PlatformServices } from "../../platform.ts";
import { checkInput } from "../../rest/input.ts";
import { createPageQuery } from "../../rest/paging.ts";
import { formErrors } from "../../web/form.ts";
import { definePage } from "../../web/page.ts";
import type { PageRequest, PageRoute } from "../../web/page.ts";
import { isSecretName, namedSecret, secretInput } from "../secret.ts";
import { SecretList } from "./secret-list.tsx";

const listQuery = z.object(createPageQuery(isSecretName));
const typedSecret = z.object({ name: z.string().default(""), value: z.string().default("") });

/** `/secrets`: names and dates, and forms that values go into and never come out of. */
export function createSecretPages({
  secrets,
  actorNames,
}: Pick<PlatformServices, "secrets" | "actorNames">): PageRoute[] {
  async function showList(
    request: PageRequest,
    refused: { readonly name: string; readonly errors: ReadonlyMap<string, string> } | undefined,
  ): Promise<Response> {
    const { caller, view } = request;
    const query = refused === undefined ? request.query(listQuery) : listQuery.parse({});
    const page = await secrets.list(caller, query);
    const names = await actorNames.find(
      caller,
      page.items.map(({ updatedBy }) => updatedBy),
    );
    const content = (
      <SecretList view={view} query={query} secrets={page} actorNames={names} refused={refused} />
    );
    const status = refused === undefined ? 200 : 422;
    return await request.page(content, { title: view.t.secrets.title, section: "secrets", status });
  }

  return [
    definePage({
      method: "GET",
      path: "/secrets",
      access: "secrets.read",
      handle: (request) => showList(request, undefined),
    }),
    definePage({
      method: "POST",
      path: "/secrets",
      access: "secrets.update",
      async handle(request) {
        const { caller, view } = request;
        const { name, value } = await request.form(typedSecret);
        try {
          checkInput(namedSecret, { name });
          await secrets.set(caller, name, checkInput(secretInput, { value }));
        } catch (error) {
          return await showList(request, { name, errors: formErrors(error) });
        }
        return request.redirect(view.href("/secrets"), view.t.secrets.saved(name));
      },
    }),
    definePage({
      method: "POST",
      path: "/secrets/{secret}/delete",
      access: "secrets.delete",
      async handle(request) {
        const { caller, view, params } = request;
        const name = params["secret"] ?? "";
        await secrets.delete(caller, name);
        return request.redirect(view.href("/secrets"), view.t.secrets.deleted(name));
      },
    }),
  ];
}
