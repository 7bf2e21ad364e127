import { call } from "@skerry/sandbox/guest";
import { freezeNamespace } from "./namespace.ts";

interface Secrets {
  get(name: string): Promise<string>;
}

/** `ctx.secrets`: what the tenant keeps for its scripts alone. */
export const SECRETS: Secrets = freezeNamespace({
  get: async (name) => (await call("secrets.get", { name })).value as string,
});
