import type { JsonObject } from "@skerry/sandbox";
import type { ExecutionTrigger } from "../db/schema.ts";
import type { TraceContext } from "../observability/trace-context.ts";

/** By which a script's failures are told of, each throttled by itself. */
export const ALERT_CHANNELS = ["webhook", "email"] as const;
export type AlertChannel = (typeof ALERT_CHANNELS)[number];

/** What is told of an execution that was given up. */
export interface Alert {
  /** When it was given up; RFC 3339. */
  readonly at: string;
  readonly scriptId: string;
  /** The script's name at that time. */
  readonly script: string;
  readonly version: number;
  readonly trigger: ExecutionTrigger;
  /** That it was to handle. */
  readonly event: { readonly id: string; readonly type: string } | null;
  /** The last attempt. */
  readonly executionId: string;
  /** Where to read of it; null unless the installation knows its own address. */
  readonly executionUrl: string | null;
  readonly error: { readonly code: string; readonly message: string };
  readonly attempts: number;
  /** Failures of this script that the channel has not told of since its last message. */
  readonly leftOut: number;
}

/** One message to one receiver, as its job carries it. */
export type AlertOrder = {
  readonly alert: Alert;
  /** Of the event that tells when the message cannot be delivered. */
  readonly depth: number;
  /** Where in a trace the failure was. */
  readonly trace?: TraceContext | undefined;
} & (
  | { readonly channel: "webhook"; readonly url: string; readonly secret: string | undefined }
  | { readonly channel: "email"; readonly to: string }
);

/** The body of a webhook, in the form that Standard Webhooks recommends. */
export function describeAlert(tenantId: string, { at, ...data }: Alert): JsonObject {
  return { type: "script.failed", timestamp: at, data: { tenantId, ...data } };
}
