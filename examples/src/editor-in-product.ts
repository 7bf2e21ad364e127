// A product that shows Skerry's web UI in two ways, below host names of their own: the whole of it at scripts.localhost,
// and the editor alone in a page of the product, in a frame, with a token for who is signed in. In a clone begin it with
//
//   node --no-node-snapshot --conditions=@skerry/source --import=./scripts/tsx-loader.mjs examples/src/editor-in-product.ts
//
// and open http://app.localhost:8080.
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient } from "@skerry/client";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { createSkerry } from "skerry";
import { listenUntilSignal } from "./listen.ts";

const server = createServer();
await once(server.listen(Number(process.env["PORT"] ?? 8080), "127.0.0.1"), "listening");
const { port } = server.address() as AddressInfo;

const { privateKey, publicKey } = await generateKeyPair("ES256");
const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "product-1", alg: "ES256" }] };

const skerry = await createSkerry({
  // The frame may stand in the product's pages and nowhere else.
  embed: { origins: [`http://app.localhost:${port}`] },
  tokens: { jwks },
});

const operator = createClient({ fetch: skerry.fetchAs({ operator: true }) });
const { items } = await operator.tenants.list();
if (!items.some(({ id }) => id === "acme")) {
  await operator.tenants.create({ id: "acme", name: "Acme" });
  const acme = createClient({ fetch: skerry.fetchAs({ tenant: "acme" }) });
  await acme.scripts.create({
    name: "pricing",
    type: "embedded",
    source: "export default () => ({ total: 1 });",
  });
}

/** For whoever the product's own session names; here everybody is Ada. */
function signEditorToken(): Promise<string> {
  const permissions = ["scripts.read", "scripts.update", "scripts.execute", "executions.read"];
  return new SignJWT({ tenant: "acme", sub: "ada@acme.example", permissions })
    .setProtectedHeader({ alg: "ES256", kid: "product-1" })
    .setExpirationTime("5 minutes")
    .sign(privateKey);
}

/** The product's page: a frame, and the two messages that it needs. */
function writePage(scripts: string): string {
  return `<!doctype html>
<html lang="en">
  <title>Acme's prices</title>
  <h1>Acme's prices</h1>
  <iframe id="editor" title="Script editor" width="100%" height="600" src="${scripts}/embed/t/acme/scripts/pricing"></iframe>
  <script type="module">
    const frame = document.getElementById("editor");
    addEventListener("message", async ({ source, origin, data }) => {
      if (source !== frame.contentWindow || origin !== "${scripts}") return;
      if (data.type === "skerry:height") frame.style.height = data.height + "px";
      if (data.type !== "skerry:token-needed") return;
      const token = await (await fetch("/editor-token")).text();
      frame.contentWindow.postMessage({ type: "skerry:token", token }, origin);
    });
  </script>
</html>
`;
}

async function answerAsProduct({
  url,
  headers,
}: IncomingMessage): Promise<readonly [type: string, body: string]> {
  if (url === "/editor-token") return ["text/plain", await signEditorToken()];
  const scripts = `http://${(headers.host ?? "").replace("app.", "scripts.")}`;
  return ["text/html; charset=utf-8", writePage(scripts)];
}

server.on("request", (request, response) => {
  if (request.headers.host?.startsWith("scripts.")) {
    skerry.handler(request, response);
    return;
  }
  void answerAsProduct(request).then(([type, body]) => {
    response.writeHead(200, { "content-type": type }).end(body);
  });
});

await listenUntilSignal(() => server, skerry);
