import type { Capability } from "@skerry/sandbox";
import { z } from "zod";
import type { ProgressBoard } from "../executions/progress.ts";
import { createNamespaceCapabilities, defineNamespace } from "./namespace.ts";

const MAX_MESSAGE_LENGTH = 500;

export const PROGRESS = defineNamespace({
  name: "progress",
  summary: "How far an execution is, for those who watch it.",
  calls: {
    report: {
      input: z.strictObject({
        value: z.number().min(0).max(1),
        message: z.string().max(MAX_MESSAGE_LENGTH).optional(),
      }),
    },
  },
  members: {
    "": {
      signature: "(value: number, message?: string): Promise<void>",
      summary:
        "Tells how much is done, from 0 to 1, and what is being done. Whoever watches the execution sees it at once.",
      calls: ["report"],
      errors: [],
      example: 'await ctx.progress(0.4, "40 of 100 orders");',
    },
  },
  limits: [{ name: "message", value: `${MAX_MESSAGE_LENGTH} characters` }],
  errors: {},
});

export function createProgressCapability(board: Pick<ProgressBoard, "report">): readonly Capability[] {
  return createNamespaceCapabilities(PROGRESS, {
    report({ value, message = null }, { executionId }) {
      board.report(executionId, { value, message, at: new Date() });
      return {};
    },
  });
}
