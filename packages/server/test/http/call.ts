import type { Capability, CapabilityCall } from "@skerry/sandbox";
import { createHttpCapability } from "../../src/capabilities/http/capability.ts";
import type { HttpCapabilityOptions } from "../../src/capabilities/http/capability.ts";
import type { HttpResponse } from "../../src/capabilities/http/request.ts";
import type { LocalServer } from "./servers.ts";

/** Calls a capability as the dispatcher does: schema first. Rejects with the schema's complaint. */
export async function callCapability(
  capability: Capability,
  args: unknown,
  call: Partial<CapabilityCall> = {},
): Promise<{ readonly value: unknown; readonly body: Uint8Array | undefined }> {
  // Through JSON, as it crosses from the runner.
  const parsed = await capability.input["~standard"].validate(JSON.parse(JSON.stringify(args)));
  if (parsed.issues !== undefined) {
    throw new TypeError(parsed.issues.map((issue) => issue.message).join("; "));
  }
  const reply = await capability.handle(parsed.value, {
    tenant: "acme",
    executionId: "e1",
    attributes: { script: "s1" },
    body: undefined,
    signal: new AbortController().signal,
    ...call,
  });
  return { value: reply.value, body: reply.body };
}

/** Calls `http.request`; the answer's body as text. */
export async function callHttp(
  capability: Capability,
  args: unknown,
  call?: Partial<CapabilityCall>,
): Promise<Omit<HttpResponse, "body"> & { readonly text: string }> {
  const { value, body } = await callCapability(capability, args, call);
  return { ...(value as Omit<HttpResponse, "body">), text: Buffer.from(body ?? []).toString() };
}

/** A capability to which every `.test` name of these servers is an allowed internal host. */
export function createTestCapability(servers: readonly LocalServer[], options: HttpCapabilityOptions = {}) {
  const names = ["one.test", "two.test", "secure.test"];
  return createHttpCapability({
    allow: () => servers.flatMap(({ port }) => names.map((host) => ({ host, port }))),
    lookup: async () => ["127.0.0.1"],
    ...options,
  });
}
