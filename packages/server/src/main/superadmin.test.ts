import { expect, test } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import { createSuperadminLink, FIRST_SUPERADMIN } from "./superadmin.ts";

test("the first superadmin is made once, and not where there are others instead", async () => {
  await using skerry = await createTestPlatform();
  const { users } = skerry.platform.services;
  const links = await Promise.all([createSuperadminLink(users), createSuperadminLink(users)]);
  const link = links[1]?.link;
  const { body } = await skerry.client().request<{ token: string }>("POST", "/api/v1/session", { link });
  const first = skerry.client(body.token);
  expect((await first.request("GET", "/api/v1/tenants")).status).toBe(200);

  const list = await skerry.operator.request<{ items: { id: string; email: string }[] }>(
    "GET",
    "/api/v1/operators",
  );
  expect(list.body.items.map(({ email }) => email)).toEqual([FIRST_SUPERADMIN.email]);
  const path = `/api/v1/operators/${list.body.items[0]?.id}`;
  await skerry.operator.request("PATCH", path, { status: "disabled" });
  expect(await createSuperadminLink(users)).toBeUndefined();

  await skerry.operator.request("POST", "/api/v1/operators", { email: "grace@example.com", name: "Grace" });
  await skerry.operator.request("DELETE", path);
  expect(await createSuperadminLink(users)).toBeUndefined();
});
