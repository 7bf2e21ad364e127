import { defineCapability } from "@skerry/sandbox";
import type { Capability } from "@skerry/sandbox";
import { z } from "zod";
import type { ProgressBoard } from "../executions/progress.ts";

const MAX_MESSAGE_LENGTH = 500;

const progressInput = z.strictObject({
  value: z.number().min(0).max(1),
  message: z.string().max(MAX_MESSAGE_LENGTH).optional(),
});

/** Makes `progress.report`: how far an execution is, from 0 to 1, and what it does, in up to 500 characters. */
export function createProgressCapability(board: Pick<ProgressBoard, "report">): Capability {
  return defineCapability<z.infer<typeof progressInput>>({
    name: "progress.report",
    input: progressInput,
    handle({ value, message = null }, { executionId }) {
      board.report(executionId, { value, message, at: new Date() });
      return Promise.resolve({});
    },
  });
}
