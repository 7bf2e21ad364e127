import { expect, test, vi } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";

const WAIT = { timeout: 20_000 };

const SOURCE = `export default async (_, ctx) => {
  const tell = (call) => call.then(() => "granted", ({ code, message }) => \`\${code}: \${message}\`);
  return {
    set: await tell(ctx.cache.set("a", 1)),
    get: await tell(ctx.cache.get("a")),
    fetch: await tell(fetch("http://127.0.0.1/")),
    secret: await tell(ctx.secrets.get("A")),
  };
};`;

test("a tenant calls what its plan gives, and a change holds at once", async () => {
  await using skerry = await createTestPlatform({
    plans: { small: { capabilities: ["cache.get", "secrets.*"] } },
  });
  const tenant = await skerry.createTenant("acme");
  await tenant.request("POST", "/api/v1/scripts", { name: "ask", type: "oneoff", source: SOURCE });
  const run = async (): Promise<unknown> =>
    (await tenant.request<{ output: unknown }>("POST", "/api/v1/scripts/ask/execute", {})).body.output;
  const change = async (terms: object): Promise<void> => {
    const { status, text } = await skerry.operator.request("PATCH", "/api/v1/tenants/acme", terms);
    if (status !== 200) throw new Error(text);
  };

  expect(await run()).toMatchObject({ set: "granted", fetch: expect.stringMatching(/^HTTP_DESTINATION/) });
  await change({ plan: "small" });
  await vi.waitFor(
    async () =>
      expect(await run()).toEqual({
        set: "CAPABILITY_DENIED: The plan of this tenant does not give cache.set.",
        get: "granted",
        fetch: "CAPABILITY_DENIED: The plan of this tenant does not give http.request.",
        secret: expect.stringMatching(/^SECRET_NOT_FOUND/),
      }),
    WAIT,
  );
  await change({ capabilities: ["cache"] });
  await vi.waitFor(
    async () =>
      expect(await run()).toMatchObject({
        set: "granted",
        secret: expect.stringMatching(/^CAPABILITY_DENIED/),
      }),
    WAIT,
  );
});
