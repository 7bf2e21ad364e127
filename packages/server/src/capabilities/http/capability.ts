import type { Capability } from "@skerry/sandbox";
import { ATTRIBUTES } from "../../executions/attributes.ts";
import { createNamespaceCapabilities } from "../namespace.ts";
import { HTTP } from "./namespace.ts";
import { createHttpSender } from "./sender.ts";
import type { HttpSenderOptions } from "./sender.ts";

/** Options of {@link createHttpCapability}. */
export type HttpCapabilityOptions = HttpSenderOptions;

/**
 * Makes `http.request`: `{ url, method?, headers?, auth?, timeoutMs?, redirect?, retry? }` with the body beside it
 * answers `{ url, status, statusText, headers, redirected }` with the body beside it. Only public addresses are
 * dialled, and the hosts that `allow` names. Fails with the codes of `HTTP_ERRORS`. Disposing it breaks every
 * connection.
 */
export function createHttpCapability(options: HttpCapabilityOptions = {}): Capability & AsyncDisposable {
  const sender = createHttpSender(options);
  const [capability] = createNamespaceCapabilities(HTTP, {
    async request(input, { tenant, attributes, body: sent, signal }) {
      const request = { ...input, body: sent, trace: attributes[ATTRIBUTES.trace] };
      const { body, ...value } = await sender.send(tenant, request, signal);
      return { value: { ...value }, body };
    },
  }) as readonly [Capability];
  return { ...capability, [Symbol.asyncDispose]: () => sender[Symbol.asyncDispose]() };
}
