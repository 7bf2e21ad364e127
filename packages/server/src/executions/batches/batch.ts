import type { JsonObject } from "@skerry/sandbox";
import { z } from "zod";
import { executionsFilter } from "../execution.ts";

export const BATCH_ACTIONS = ["replay", "cancel"] as const;
export type BatchAction = (typeof BATCH_ACTIONS)[number];

/** The most executions that one batch takes: the newest. */
export const MAX_BATCH_SIZE = 10_000;

/** Which executions a batch takes: those of a list, or among them those with these ids. */
export const batchSelection = executionsFilter.extend({
  ids: z.array(z.uuid()).min(1).max(200).readonly().optional(),
});
export type BatchSelection = z.output<typeof batchSelection>;

/** A selection as conditions of a query: its script is named by id. */
export function toConditions({ script, ...selection }: BatchSelection) {
  return { ...selection, scriptId: script };
}

/** The conditions of a batch as it was kept. */
export function readSelection({ selection }: { readonly selection: JsonObject }) {
  return toConditions(batchSelection.parse(selection));
}

/** Many executions that are replayed or cancelled by one wish. */
export interface Batch {
  readonly id: string;
  readonly action: BatchAction;
  /** How many were to be taken when it was asked for. */
  readonly total: number;
  /** How many were replayed or asked to end. */
  readonly done: number;
  /** How many could not be: their script is deleted, disabled, or runs by requests alone. */
  readonly refused: number;
  /** The request that asked for it, which what it replays names too. */
  readonly requestId: string | null;
  readonly createdAt: Date;
  readonly completedAt: Date | null;
}
