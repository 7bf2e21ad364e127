/** A guest bundle for tests: the entry `bytes` gives a program its body and sends back the bytes it returns. */
import { call, defineContext, defineEntry, installKernel } from "../src/guest/index.ts";

installKernel();
defineContext((ctx) => {
  ctx["call"] = call;
});
defineEntry("bytes", async (handler, { body }, ctx) => ({
  value: body?.length,
  body: (await handler(body, ctx)) as Uint8Array,
}));
