import { CapabilityError } from "@skerry/sandbox";
import { createHttpSender } from "../capabilities/http/sender.ts";
import type { EgressOptions } from "../capabilities/http/sender.ts";
import type { HttpErrorCode } from "../capabilities/http/errors.ts";
import { FinalError, RetryableError } from "../jobs/errors.ts";
import type { TraceContext } from "../observability/trace-context.ts";
import { isGranted } from "../plans/grants.ts";
import { SkerryError } from "../problems/errors.ts";
import type { SecretVault } from "../secrets/vault.ts";
import type { AlertErrorCode } from "./errors.ts";
import { signMessage } from "./signature.ts";

/** Where a message goes. */
export interface WebhookTarget {
  readonly tenantId: string;
  readonly url: string;
  /** Name of the secret that signs. */
  readonly secret: string | undefined;
}

export interface WebhookMessage {
  /** The same each time that it is sent. */
  readonly id: string;
  /** JSON text. */
  readonly body: string;
  /** Where in a trace it is sent. */
  readonly trace?: TraceContext | undefined;
}

/** Posts messages by Standard Webhooks 1.0, to where the tenant's scripts may send requests too. */
export interface WebhookSender extends AsyncDisposable {
  /**
   * Resolves when the receiver has answered that it took the message.
   *
   * @throws FinalError when trying again is of no use; RetryableError or CapabilityError otherwise.
   */
  send(target: WebhookTarget, message: WebhookMessage, signal: AbortSignal): Promise<void>;
}

export interface WebhookSenderOptions extends EgressOptions {
  readonly vault: Pick<SecretVault, "read">;
  /** What the plan of a tenant gives its scripts: patterns of the names of capabilities. */
  readonly capabilitiesOf: (tenantId: string) => Promise<readonly string[]>;
}

const LIMITS = {
  timeoutMs: 10_000,
  requestBytes: 64 * 1024,
  responseBytes: 64 * 1024,
  redirects: 0,
  concurrentPerTenant: 4,
} as const;

/** What a receiver answers that wants to hear no more. */
const GONE = 410;
/** Nothing of it changes by waiting. */
const FINAL_CODES: ReadonlySet<string> = new Set<HttpErrorCode | "CAPABILITY_DENIED">([
  "HTTP_URL_INVALID",
  "HTTP_DESTINATION_REFUSED",
  "HTTP_REDIRECT_REFUSED",
  "CAPABILITY_DENIED",
]);

export function createWebhookSender({
  vault,
  capabilitiesOf,
  ...egress
}: WebhookSenderOptions): WebhookSender {
  const sender = createHttpSender({ ...egress, limits: LIMITS, onRequest: requireHttp });

  /** An error of a script's own making in a webhook is a request of the script. */
  async function requireHttp(tenantId: string): Promise<void> {
    if (isGranted(await capabilitiesOf(tenantId), "http.request")) return;
    throw new CapabilityError("CAPABILITY_DENIED", "The plan of this tenant does not give http.request.");
  }

  async function readSecret(tenantId: string, name: string): Promise<string> {
    try {
      return await vault.read({ tenantId, name });
    } catch (error) {
      if (!(error instanceof SkerryError)) throw error;
      throw new FinalError(error.message, { code: error.code, cause: error });
    }
  }

  async function headersOf({ tenantId, secret }: WebhookTarget, { id, body }: WebhookMessage) {
    const timestamp = Math.floor(Date.now() / 1_000);
    const headers: [string, string][] = [
      ["content-type", "application/json"],
      ["webhook-id", id],
      ["webhook-timestamp", String(timestamp)],
    ];
    if (secret === undefined) return headers;
    const key = await readSecret(tenantId, secret);
    return [...headers, ["webhook-signature", signMessage(key, { id, timestamp, body })] as const];
  }

  async function post(target: WebhookTarget, message: WebhookMessage, signal: AbortSignal): Promise<number> {
    const request = {
      url: target.url,
      method: "POST",
      headers: await headersOf(target, message),
      body: Buffer.from(message.body),
      redirect: "error",
      trace: message.trace,
    } as const;
    try {
      return (await sender.send(target.tenantId, request, signal)).status;
    } catch (error) {
      if (!(error instanceof CapabilityError) || !FINAL_CODES.has(error.code)) throw error;
      throw new FinalError(error.message, { code: error.code, cause: error });
    }
  }

  return {
    async send(target, message, signal) {
      const status = await post(target, message, signal);
      if (status >= 200 && status < 300) return;
      const text = `${new URL(target.url).hostname} answered the webhook with status ${status}.`;
      const code: AlertErrorCode = "WEBHOOK_STATUS";
      throw status === GONE ? new FinalError(text, { code }) : new RetryableError(text, { code });
    },
    [Symbol.asyncDispose]: () => sender[Symbol.asyncDispose](),
  };
}
