import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { createProduct } from "./product.ts";
import type { Order } from "./product.ts";
import { listenUntilSignal } from "./listen.ts";

const product = await createProduct();

async function answerPrice(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const customer = request.url?.slice("/prices/".length) ?? "";
  const price = await product.price(customer, (await json(request)) as Order);
  response.setHeader("content-type", "application/json").end(JSON.stringify(price));
}

const server = createServer((request, response) => {
  if (request.url?.startsWith("/skerry/") === true) {
    product.skerry.handler(request, response);
  } else if (request.method === "POST" && request.url?.startsWith("/prices/") === true) {
    answerPrice(request, response).catch(() => response.writeHead(400).end());
  } else {
    response.writeHead(404).end();
  }
});

await listenUntilSignal((port) => server.listen(port, "127.0.0.1"), product);
