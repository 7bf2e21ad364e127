import type { ErrorRow } from "../problems/error-row.ts";

/** Every code about executions, in one place. */
export const EXECUTION_ERRORS = {
  EXECUTION_NOT_FOUND: {
    status: 404,
    kind: "user",
    title: "No such execution",
    help: "The tenant has no execution with this id.",
  },
  BATCH_NOT_FOUND: {
    status: 404,
    kind: "user",
    title: "No such batch of executions",
    help: "The tenant has no batch with this id: a batch is known for a week.",
  },
  EXECUTION_FINISHED: {
    status: 409,
    kind: "user",
    title: "The execution has ended",
    help: "Only an execution that is pending or running can be cancelled, or a failed one that is to be tried again.",
  },
  NODE_LOST: {
    status: 500,
    kind: "system",
    title: "The node stopped during the execution",
    help: "The server ended while the execution ran; what the script did until then is not undone. Run it again.",
  },
} as const satisfies Record<string, ErrorRow>;
