import { ExpressionError } from "@skerry/expressions";
import type { ExpressionEvaluator, SourceRange } from "@skerry/expressions";
import type { JsonValue } from "@skerry/sandbox";
import { requirePermission } from "../auth/principal.ts";
import type { Caller } from "../auth/principal.ts";
import { SkerryError } from "../problems/errors.ts";
import type { ErrorDetail } from "../problems/errors.ts";
import type { QuotaService } from "../quotas/service.ts";
import type { Evaluated, EvaluateInput } from "./evaluation.ts";
import { EXPRESSION_PROBLEMS } from "./problems.ts";

/** Expressions of tenants, asked for by themselves. */
export interface ExpressionService {
  /**
   * Evaluates in the tenant's own process. It counts as an execution against the tenant's quotas, and may take as long
   * as a script of its plan does, at most 5 s.
   *
   * @throws SkerryError of the codes `EXPRESSION_…`, with the place in the template; `TENANT_SUSPENDED`,
   * `CONCURRENCY_LIMIT`, `QUOTA_EXCEEDED`, `CAPACITY` or `SHUTTING_DOWN`.
   */
  evaluate(caller: Caller, input: EvaluateInput): Promise<Evaluated>;
}

export interface ExpressionServiceOptions {
  readonly evaluator: Pick<ExpressionEvaluator, "evaluate">;
  readonly quotas: Pick<QuotaService, "takeExecution">;
}

/** What stands before an expression where it is made a template. The line's end is for a comment that it may end with. */
const OPENING = "{{ ";
const CLOSING = "\n}}";

export function createExpressionService({ evaluator, quotas }: ExpressionServiceOptions): ExpressionService {
  return {
    async evaluate(caller, sent) {
      const input = readTemplate(sent);
      requirePermission(caller, "scripts.execute");
      const { tenantId } = caller;
      if (caller.suspended) {
        const message = `The tenant ${tenantId} is suspended and runs nothing.`;
        throw new SkerryError("TENANT_SUSPENDED", message);
      }
      using slot = await quotas.takeExecution(tenantId);
      const { cpuMs, wallMs, outputBytes } = slot.resolveLimits({});
      const { data, timezone } = input;
      const settings = timezone === undefined ? {} : { timezone };
      const timeoutMs = Math.min(cpuMs, wallMs);
      const since = performance.now();
      try {
        const result = await evaluator.evaluate(writeTemplate(input), data, {
          owner: tenantId,
          timeoutMs,
          ...settings,
        });
        return { result: toJson(result, outputBytes) };
      } catch (error) {
        throw error instanceof ExpressionError ? describe(error, input) : error;
      } finally {
        // Its time is not measured apart from the wait for it.
        slot.add({ cpuMs: Math.min(performance.now() - since, timeoutMs), logBytes: 0 });
      }
    },
  };
}

/** No code begins with two braces: who sends them as an expression means a template. */
function readTemplate({ expression, ...input }: EvaluateInput): EvaluateInput {
  if (expression === undefined) return input;
  return expression.startsWith("{{") ? { ...input, template: expression } : { ...input, expression };
}

/** The template that an evaluation comes to. */
export function writeTemplate({
  expression,
  template = "",
}: Pick<EvaluateInput, "expression" | "template">): string {
  return expression === undefined ? template : `${OPENING}${expression}${CLOSING}`;
}

/** @throws SkerryError `EXPRESSION_RESULT` for what JSON cannot write, and for more than the tenant's plan allows. */
function toJson(result: unknown, maxBytes: number): JsonValue {
  let text: string;
  try {
    text = JSON.stringify(result) ?? "null";
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SkerryError("EXPRESSION_RESULT", `The result cannot be written as JSON: ${reason}.`);
  }
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxBytes) return JSON.parse(text) as JsonValue;
  const message = `The result has ${bytes} bytes of JSON; the tenant's limit outputBytes is ${maxBytes}.`;
  throw new SkerryError("EXPRESSION_RESULT", message);
}

function describe(error: ExpressionError, input: EvaluateInput): SkerryError {
  const { code, message, range } = error;
  if (code === "EXPRESSION_DISPOSED") {
    return new SkerryError("SHUTTING_DOWN", "The server is shutting down. Retry in a moment.", {
      headers: { "retry-after": "1" },
    });
  }
  if (error.kind === "system") {
    return new SkerryError(
      "CAPACITY",
      "The tenant's process for expressions is not there. Retry in a moment.",
      {
        cause: error,
        headers: { "retry-after": "1" },
      },
    );
  }
  const place = range === undefined ? undefined : describePlace(message, range, input);
  return new SkerryError(isTold(code) ? code : "EXPRESSION_FAILED", place?.message ?? message, {
    cause: error,
    ...(place === undefined ? {} : { details: [place] }),
  });
}

function isTold(code: string): code is keyof typeof EXPRESSION_PROBLEMS {
  return Object.hasOwn(EXPRESSION_PROBLEMS, code);
}

/** Within what was sent, not within what was made of it. */
function describePlace(message: string, { start, end }: SourceRange, input: EvaluateInput): ErrorDetail {
  const { expression, template = "" } = input;
  const text = expression ?? template;
  const shift = expression === undefined ? 0 : OPENING.length;
  const within = (place: number): number => Math.min(Math.max(0, place - shift), text.length);
  const range = { start: within(start), end: within(end) };
  const { line, column } = locate(text, range.start);
  const told = locate(writeTemplate(input), start);
  return {
    path: expression === undefined ? "template" : "expression",
    message: message.replace(
      `line ${told.line}, column ${told.column}`,
      () => `line ${line}, column ${column}`,
    ),
    line,
    column,
    range,
  };
}

/** Both count from 1. */
function locate(text: string, offset: number): { readonly line: number; readonly column: number } {
  const lines = text.slice(0, offset).split("\n");
  return { line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}
