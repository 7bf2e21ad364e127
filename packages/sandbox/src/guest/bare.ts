/** The smallest guest bundle: the kernel, and capabilities by name as `ctx.call(name, args)`. */
import { call } from "./calls.ts";
import { defineContext, installKernel } from "./kernel.ts";

installKernel();

const callByName = Object.freeze(
  async (name: string, args: unknown) => (await call(name, args)).value as unknown,
);

defineContext((ctx, meta) => {
  for (const key of Object.keys(meta)) ctx[key] = meta[key];
  ctx["call"] = callByName;
});
