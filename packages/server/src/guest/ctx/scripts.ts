import { call } from "@skerry/sandbox/guest";
import { freezeNamespace } from "./namespace.ts";

interface Scripts {
  call(script: string, input?: unknown, options?: { readonly timeoutMs?: number }): Promise<unknown>;
}

/** `ctx.scripts`: other scripts of the tenant. */
export const SCRIPTS: Scripts = freezeNamespace({
  call: async (script, input, options) =>
    (await call("scripts.call", { script, input, timeoutMs: options?.timeoutMs })).value as unknown,
});
