/** A guest bundle for tests: the entry `stream` sends what the async iterator that a program returns gives. */
import { type ChunkSource, call, defineContext, defineEntry, installKernel } from "../src/guest/index.ts";

installKernel();
defineContext((ctx) => {
  ctx["call"] = call;
});
defineEntry("stream", async (handler, { value }, ctx) => {
  const iterator = (await handler(value, ctx)) as AsyncIterator<Uint8Array, undefined>;
  const chunks: ChunkSource = {
    next: async () => {
      const result = await iterator.next();
      return result.value;
    },
    cancel: async () => void (await iterator.return?.()),
  };
  return { value: "head", chunks };
});
