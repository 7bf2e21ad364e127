import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, SignJWT } from "jose";
import type { JSONWebKeySet } from "jose";

/** A product with a page that embeds an editor, on an origin of its own. */
export interface HostProduct extends AsyncDisposable {
  readonly origin: string;
  /** Its public keys. */
  readonly keys: JSONWebKeySet;
  /** A token for its user, who may do what is named. */
  sign(permissions: readonly string[], validSeconds?: number): Promise<string>;
}

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });

const WRITER = ["scripts.read", "scripts.update", "scripts.execute", "executions.read"];

/** Shows the address in `?frame=`, and gives it a token of `?may=` whenever it asks; `told` is what it said. */
const PAGE = `<!doctype html>
<title>Shop</title>
<iframe id="editor" width="1200" height="800"></iframe>
<script>
  const query = new URLSearchParams(location.search);
  const frame = document.getElementById("editor");
  const { origin } = new URL(query.get("frame"));
  window.told = [];
  window.give = (token) => frame.contentWindow.postMessage({ type: "skerry:token", token }, origin);
  addEventListener("message", async (event) => {
    if (event.source !== frame.contentWindow || event.origin !== origin) return;
    told.push(event.data);
    if (event.data.type === "skerry:token-needed") give(await (await fetch("/token?may=" + (query.get("may") ?? ""))).text());
  });
  frame.src = query.get("frame");
</script>
`;

/** @param name Of the host in its origin; another one than the site's is another site. */
export async function startHostProduct(name = "localhost"): Promise<HostProduct> {
  const sign: HostProduct["sign"] = async (permissions, validSeconds = 300) =>
    await new SignJWT({ tenant: "acme", sub: "shopkeeper", permissions: [...permissions] })
      .setProtectedHeader({ alg: "ES256", kid: "shop" })
      .setExpirationTime(Math.floor(Date.now() / 1_000) + validSeconds)
      .sign(privateKey);

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://host.invalid");
    const may = searchParams.get("may") ?? "";
    if (pathname === "/token")
      void sign(may === "" ? WRITER : may.split(",")).then((token) => response.end(token));
    else response.setHeader("content-type", "text/html").end(PAGE);
  });
  server.listen(0, name);
  await once(server, "listening");
  return {
    origin: `http://${name}:${(server.address() as AddressInfo).port}`,
    keys: { keys: [{ ...(await exportJWK(publicKey)), kid: "shop", alg: "ES256" }] },
    sign,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
