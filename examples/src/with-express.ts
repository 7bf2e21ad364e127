import express from "express";
import { createProduct } from "./product.ts";
import type { Order } from "./product.ts";
import { listenUntilSignal } from "./listen.ts";

const product = await createProduct();
const app = express();

// Before any body parser: Skerry reads bodies itself, with limits of its own.
app.use("/skerry", product.skerry.handler);
app.post("/prices/:customer", express.json(), async (request, response) => {
  response.json(await product.price(request.params.customer, request.body as Order));
});

await listenUntilSignal((port) => app.listen(port, "127.0.0.1"), product);
