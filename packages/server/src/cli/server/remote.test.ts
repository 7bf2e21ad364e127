import { once } from "node:events";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { runCommand } from "../../../test/command-output.ts";
import { openRemote } from "./remote.ts";
import { run } from "./run.ts";
import { scripts } from "./scripts.ts";
import { versions } from "./versions.ts";

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    await server[Symbol.asyncDispose]();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("a key goes to the server that it is for, and not where that one points to", async () => {
  const seen: (string | undefined)[] = [];
  const other = await serve((request, response) => {
    seen.push(request.headers.authorization);
    response.end('{"items": [], "nextCursor": null}');
  });
  const asked: (string | undefined)[] = [];
  const url = await serve((request, response) => {
    asked.push(request.headers.authorization);
    response.writeHead(307, { location: `${other}${request.url}` }).end();
  });
  const client = openRemote({ url, apiKey: "sk_key", tenant: undefined });
  await expect(client.scripts.list({}, { retries: 0 })).rejects.toMatchObject({ code: "CONNECTION_FAILED" });
  expect({ asked, seen }).toEqual({ asked: ["Bearer sk_key"], seen: [] });
});

test.each([
  ["scripts", scripts, []],
  ["versions", versions, ["greet"]],
  ["run", run, ["greet"]],
])("%s tells of a server that is no Skerry", async (_verb, command, words) => {
  const url = await serve((_request, response) => {
    response.setHeader("content-type", "application/json").end("[7]");
  });
  const { exitCode, stderr } = await runCommand(command, [...words, "--url", url, "--key", "sk_key"]);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: expect.stringContaining("REMOTE_ANSWER") as string,
  });
});
