import fastify from "fastify";
import { createProduct } from "./product.ts";
import type { Order } from "./product.ts";
import { listenUntilSignal } from "./listen.ts";

const product = await createProduct();
const app = fastify();

app.post<{ Params: { customer: string }; Body: Order }>("/prices/:customer", (request) =>
  product.price(request.params.customer, request.body),
);
await app.register(
  (skerry, _options, done) => {
    // Skerry reads bodies itself, with limits of its own.
    skerry.removeAllContentTypeParsers();
    skerry.addContentTypeParser("*", (_request, _payload, parsed) => parsed(null));
    skerry.all("/*", (request, reply) => {
      reply.hijack();
      product.skerry.handler(request.raw, reply.raw);
    });
    done();
  },
  { prefix: "/skerry" },
);
await app.ready();

await listenUntilSignal((port) => app.server.listen(port, "127.0.0.1"), product);
