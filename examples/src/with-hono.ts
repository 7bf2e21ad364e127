import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { createProduct } from "./product.ts";
import { listenUntilSignal } from "./listen.ts";

const product = await createProduct();
const app = new Hono();

app.post("/prices/:customer", async (context) =>
  context.json(await product.price(context.req.param("customer"), await context.req.json())),
);
// Everything of Skerry, below /skerry: /skerry/api/v1/…, /skerry/run/…
app.mount("/skerry", product.skerry.fetch);

await listenUntilSignal((port) => serve({ fetch: app.fetch, port, hostname: "127.0.0.1" }), product);
