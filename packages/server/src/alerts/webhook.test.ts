import { expect, test } from "vitest";
import { serveHttp, watchConnects } from "../../test/http/servers.ts";
import { FinalError, RetryableError } from "../jobs/errors.ts";
import { SkerryError } from "../problems/errors.ts";
import { createWebhookSender } from "./webhook.ts";
import type { WebhookSenderOptions } from "./webhook.ts";

const vault: WebhookSenderOptions["vault"] = {
  read: ({ name }) => Promise.reject(new SkerryError("SECRET_NOT_FOUND", `There is no secret ${name}.`)),
};

/** What came of one message; the host `hooks.test` is this machine. */
async function send(url: string, secret?: string, options: Partial<WebhookSenderOptions> = {}) {
  await using sender = createWebhookSender({
    vault,
    capabilitiesOf: async () => ["http"],
    lookup: async () => ["127.0.0.1"],
    ...options,
  });
  const { signal } = new AbortController();
  return await sender
    .send({ tenantId: "acme", url, secret }, { id: "1", body: "{}" }, signal)
    .catch((error: unknown) => error);
}

test.each([
  ["the metadata of a cloud", "http://169.254.169.254/latest/meta-data/"],
  ["this machine by name", "http://localhost/"],
  ["this machine by address", "http://127.0.0.1/"],
  ["this machine by another spelling", "http://0x7f000001/"],
  ["a private network", "http://10.0.0.7/"],
  ["a public name with a private address", "http://hooks.example.com/"],
  ["a port of no web server", "http://example.com:22/"],
])("%s is refused for good, and no socket opens", async (_, url) => {
  using connects = watchConnects();
  const error = await send(url);
  expect(error).toBeInstanceOf(FinalError);
  expect(error).toMatchObject({ code: "HTTP_DESTINATION_REFUSED" });
  expect(connects.count()).toBe(0);
});

test("without its secret nothing is sent", async () => {
  await using server = await serveHttp((_request, response) => response.end());
  const { port } = server;
  const allow = () => [{ host: "hooks.test", port }];
  const error = await send(`http://hooks.test:${port}/`, "GONE", { allow });
  expect(error).toBeInstanceOf(FinalError);
  expect(error).toMatchObject({ code: "SECRET_NOT_FOUND", message: expect.stringContaining("GONE") });
  expect(server.connections()).toBe(0);
});

test("a tenant whose scripts may send no requests sends none this way", async () => {
  await using server = await serveHttp((_request, response) => response.end());
  const { port } = server;
  const error = await send(`http://hooks.test:${port}/`, undefined, {
    allow: () => [{ host: "hooks.test", port }],
    capabilitiesOf: async () => ["db", "events"],
  });
  expect(error).toMatchObject({ name: "FinalError", code: "CAPABILITY_DENIED" });
  expect(server.connections()).toBe(0);
});

test("an answer decides whether it is sent again", async () => {
  await using server = await serveHttp((request, response) => {
    response.writeHead(Number(request.url?.slice(1)), { location: "/204" }).end("internal detail");
  });
  const { port } = server;
  const allow = () => [{ host: "hooks.test", port }];
  const answer = (status: number) => send(`http://hooks.test:${port}/${status}`, undefined, { allow });
  expect(await answer(204)).toBeUndefined();
  for (const status of [400, 404, 429, 500, 503]) {
    const error = await answer(status);
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({
      code: "WEBHOOK_STATUS",
      message: `hooks.test answered the webhook with status ${status}.`,
    });
  }
  expect(await answer(410)).toBeInstanceOf(FinalError);
  expect(await answer(302)).toMatchObject({ name: "FinalError", code: "HTTP_REDIRECT_REFUSED" });
});
