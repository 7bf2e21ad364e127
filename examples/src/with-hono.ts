import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { createProduct } from "./product.ts";
import { listenUntilSignal } from "./listen.ts";

const product = await createProduct();
const app = new Hono();

app.post("/prices/:customer", async (context) =>
  context.json(await product.price(context.req.param("customer"), await context.req.json())),
);
// Skerry knows its base path, and wants it left in.
app.mount("/skerry", product.skerry.fetch, { replaceRequest: false });

await listenUntilSignal((port) => serve({ fetch: app.fetch, port, hostname: "127.0.0.1" }), product);
