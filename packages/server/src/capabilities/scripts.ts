import { CapabilityError } from "@skerry/sandbox";
import type { Capability, CapabilityCall, JsonValue } from "@skerry/sandbox";
import { z } from "zod";
import { createCallBudgets } from "../calls/budgets.ts";
import type { CallBudget } from "../calls/budgets.ts";
import { MAX_DEADLINE_MS } from "../calls/call.ts";
import { CALL_ERRORS } from "../calls/errors.ts";
import type { ScriptLine } from "../calls/script-line.ts";
import type { CallingExecution } from "../calls/service.ts";
import { EVENT_DEPTH_ATTRIBUTE } from "../events/event.ts";
import { ATTRIBUTES } from "../executions/attributes.ts";
import { SkerryError } from "../problems/errors.ts";
import { QUOTA_ERRORS } from "../quotas/errors.ts";
import { SCRIPT_ERRORS } from "../scripts/errors.ts";
import { createNamespaceCapabilities, defineNamespace } from "./namespace.ts";

/** How many executions may wait for one, each for the next. */
const MAX_DEPTH = 8;

const { CALL_DEPTH, CALL_INPUT_INVALID, CALL_FAILED, CALL_OUTPUT_INVALID, CALL_TIMEOUT } = CALL_ERRORS;
const { SCRIPT_NOT_FOUND, SCRIPT_NOT_CALLABLE, SCRIPT_NOT_PUBLISHED, SCRIPT_DISABLED } = SCRIPT_ERRORS;
const { CONCURRENCY_LIMIT, QUOTA_EXCEEDED } = QUOTA_ERRORS;
const ERRORS = {
  SCRIPT_NOT_FOUND,
  SCRIPT_NOT_CALLABLE,
  SCRIPT_NOT_PUBLISHED,
  SCRIPT_DISABLED,
  CALL_INPUT_INVALID,
  CALL_FAILED,
  CALL_OUTPUT_INVALID,
  CALL_TIMEOUT,
  CALL_DEPTH,
  CONCURRENCY_LIMIT,
  QUOTA_EXCEEDED,
};

export const SCRIPTS = defineNamespace({
  name: "scripts",
  summary: "Other scripts of the tenant.",
  types: `interface CallOptions {
  /** How long to wait for the answer in ms. Default: as long as both scripts may take. */
  readonly timeoutMs?: number;
}`,
  calls: {
    call: {
      input: z.strictObject({
        script: z.string().max(100),
        input: z.custom<JsonValue>((value) => value !== undefined).default(null),
        timeoutMs: z.int().min(1).max(MAX_DEADLINE_MS).optional(),
      }),
    },
  },
  members: {
    call: {
      signature: "<Output = any>(script: string, input?: unknown, options?: CallOptions): Promise<Output>",
      summary:
        "Runs the published version of an `embedded` script, by its name or id, and gives its output. That is an execution of its own, with this one as its `parentId`: it has its own limits and counts against the tenant's quotas, ends when this one ends, and shares the capability calls that are left of this one.",
      calls: ["call"],
      errors: Object.keys(ERRORS),
      example: 'const price = await ctx.scripts.call("pricing", { sku: "A1" });',
    },
  },
  limits: [{ name: "calls within calls", value: `${MAX_DEPTH} deep` }],
  errors: ERRORS,
});

export function createScriptCapability(line: Pick<ScriptLine, "call">): readonly Capability[] {
  const budgets = createCallBudgets();
  return createNamespaceCapabilities(SCRIPTS, {
    async call({ script, input, timeoutMs }, call) {
      const { attributes, executionId, signal } = call;
      const depth = Number(attributes[ATTRIBUTES.callDepth] ?? 0) + 1;
      if (depth > MAX_DEPTH) throw refuseDepth(script);
      const allowed = Number(attributes[ATTRIBUTES.capabilityCalls] ?? 0);
      const budget = budgets.open(attributes[ATTRIBUTES.callRoot] ?? executionId, allowed, signal);
      if (budget.left <= 0) throw refuseCall(script);
      // What an execution further down calls is counted when it ends.
      if (depth === 1) budget.left -= 1;
      try {
        const parent = describeParent(call, depth, budget);
        return { value: (await line.call(parent, script, input, { deadlineMs: timeoutMs })).output };
      } catch (error) {
        if (error instanceof SkerryError) throw new CapabilityError(error.code, error.message);
        throw error;
      }
    },
  });
}

function describeParent(
  { tenant, executionId, attributes, signal }: CapabilityCall,
  depth: number,
  budget: CallBudget,
): CallingExecution {
  const { [EVENT_DEPTH_ATTRIBUTE]: eventDepth, [ATTRIBUTES.callRoot]: root = executionId } = attributes;
  return {
    tenantId: tenant,
    executionId,
    actor: attributes[ATTRIBUTES.actor],
    requestId: attributes[ATTRIBUTES.requestId],
    trace: attributes[ATTRIBUTES.trace],
    depth,
    attributes: {
      [ATTRIBUTES.callDepth]: String(depth),
      [ATTRIBUTES.callRoot]: root,
      // Events that lead to events have an end, whoever publishes them.
      ...(eventDepth === undefined ? {} : { [EVENT_DEPTH_ATTRIBUTE]: eventDepth }),
    },
    capabilityCalls: budget.left,
    signal,
    onEnd: ({ capabilityCalls }) => void (budget.left -= capabilityCalls),
  };
}

function refuseDepth(script: string): CapabilityError {
  const message = `${script} cannot be called: ${MAX_DEPTH} executions wait for this one already, each for the next.`;
  return new CapabilityError("CALL_DEPTH", message);
}

function refuseCall(script: string): CapabilityError {
  const message = `${script} cannot be called: this execution and those that it called have made all their capability calls.`;
  return new CapabilityError("CAPABILITY_CALL_LIMIT", message);
}
