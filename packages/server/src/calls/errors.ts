import type { ErrorRow } from "../problems/error-row.ts";

/** Every code about calls, in one place. */
export const CALL_ERRORS = {
  CALL_INPUT_INVALID: {
    status: 422,
    kind: "user",
    title: "The input does not fit the script",
    help: "The input breaks the schema in the script's setting `inputSchema`. `errors` lists each place with its path.",
  },
  CALL_DEPTH: {
    status: 422,
    kind: "user",
    title: "Scripts call scripts without end",
    help: "A script calls another, which calls another, and so on: 8 in a row are the most. Break the circle.",
  },
  CALL_FAILED: {
    status: 502,
    kind: "user",
    title: "The script gave no answer",
    help: "The script that was called failed. `error` has its own code and message, and the execution has the stack.",
  },
  CALL_OUTPUT_INVALID: {
    status: 502,
    kind: "user",
    title: "The script's output does not fit",
    help: "The output breaks the schema in the script's setting `outputSchema`. `errors` lists each place with its path.",
  },
  CALL_TIMEOUT: {
    status: 504,
    kind: "user",
    title: "The script gave no answer in time",
    help: "The script that was called took longer than the caller's deadline or its own limits, and was stopped.",
  },
} as const satisfies Record<string, ErrorRow>;
