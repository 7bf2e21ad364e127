import { call } from "@skerry/sandbox/guest";
import { freezeNamespace } from "./namespace.ts";

interface Events {
  publish(type: string, payload?: unknown, options?: { readonly id?: string }): Promise<string>;
}

/** `ctx.events`: messages from script to script, of one tenant. */
export const EVENTS: Events = freezeNamespace({
  publish: async (type, payload, options) =>
    (await call("events.publish", { type, payload, id: options?.id })).value as string,
});
