import { expect, test } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestClient } from "../../test/platform.ts";

test("the audit log tells who began a draft and who went on, not each time that an editor saved it", async () => {
  await using skerry = await createTestPlatform();
  const ada = await skerry.createTenant("acme");
  const { body } = await ada.request("POST", "/api/v1/api-keys", { name: "second" });
  const grace = skerry.client(body.key);
  await ada.request("POST", "/api/v1/scripts", {
    name: "hop",
    type: "oneoff",
    source: "export default () => 0;",
  });
  const save = (client: TestClient, answer: number) =>
    client.request("PUT", "/api/v1/scripts/hop/draft", { source: `export default () => ${answer};` });
  for (const client of [ada, ada, ada, grace, grace, ada]) {
    expect((await save(client, 1)).status).toBe(200);
  }
  await ada.request("POST", "/api/v1/scripts/hop/publish", {});
  await save(ada, 2);
  const log = await ada.request<{ items: { action: string; after: { revision: number } }[] }>(
    "GET",
    "/api/v1/audit",
  );
  const saved = log.body.items
    .filter(({ action }) => action === "draft.saved")
    .map(({ after }) => after.revision);
  expect(saved).toEqual([1, 6, 4, 1]);
});
