import type { JsonValue } from "@skerry/sandbox";
import type { ExecutionState } from "../db/schema.ts";
import type { ExecutionError } from "../executions/execution.ts";
import type { PageRequest } from "../rest/paging.ts";
import type { Event } from "./event.ts";

/**
 * How far a script has come with an event: it waits for its next attempt while it is `waiting`; `dead` means that there
 * is a dead letter, and `failed` that there was one.
 */
export type DeliveryState = "pending" | "running" | "waiting" | "delivered" | "dead" | "failed" | "cancelled";

/** A script that an event was handed to. */
export interface Delivery {
  readonly scriptId: string;
  readonly scriptName: string;
  readonly state: DeliveryState;
  readonly deadLetterId: string | null;
}

/** An event as it is listed. */
export interface EventSummary extends Event {
  /** The beginning of its payload as JSON. */
  readonly payloadStart: string;
  /** Those of the newest executions that handle it. */
  readonly deliveries: readonly Delivery[];
}

/** One execution that handles an event. */
export interface DeliveryAttempt {
  readonly executionId: string;
  readonly attempt: number;
  readonly status: ExecutionState;
  readonly error: ExecutionError | null;
  readonly durationMs: number | null;
  readonly createdAt: Date;
}

export interface AttemptedDelivery extends Delivery {
  /** Newest first. */
  readonly attempts: readonly DeliveryAttempt[];
}

/** What became of one event. */
export interface EventReport extends Event {
  readonly payload: JsonValue;
  /** Whether it is still to be handed to the scripts that subscribe to it. */
  readonly isWaiting: boolean;
  /** By the newest 200 executions. */
  readonly deliveries: readonly AttemptedDelivery[];
}

/** Which events are listed: those that fit all of it. */
export interface EventReportsQuery extends PageRequest {
  /** A `typeFilter`. */
  readonly type?: string | undefined;
  /** Inclusive. */
  readonly from?: Date | undefined;
  /** Exclusive. */
  readonly to?: Date | undefined;
}
