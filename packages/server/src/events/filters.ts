import { ExpressionError } from "@skerry/expressions";
import type { ExpressionEvaluator } from "@skerry/expressions";
import type { JsonObject, JsonValue } from "@skerry/sandbox";
import { SkerryError } from "../problems/errors.ts";
import { batchTemplate, testTemplate } from "./filter.ts";

/** An event as filters see it. */
export interface FilteredEvent {
  readonly payload: JsonValue;
  /** As `ctx.trigger.event`. */
  readonly event: JsonObject;
}

/** `unclear` is what failed, and what there was no time for: whoever would handle the event has to ask by itself. */
export type Verdict = "passed" | "filtered" | "unclear";

/**
 * Asks the filters of scripts about events, each tenant's in a locked-down process of its own. What is plain enough to
 * be evaluated without running code takes no process at all.
 */
export interface EventFilters {
  /**
   * Asks one filter about many events of a tenant, in one crossing where none of them makes it fail.
   *
   * @param deadline in ms of `performance.now()`; what is not known soon after it is unclear.
   * @returns in order. Never rejects.
   */
  judge(
    tenantId: string,
    filter: string,
    events: readonly FilteredEvent[],
    deadline: number,
  ): Promise<readonly Verdict[]>;
  /** @returns whether the event passes. @throws SkerryError `EVENT_FILTER_FAILED`. */
  passes(tenantId: string, filter: string, event: FilteredEvent): Promise<boolean>;
}

const TOGETHER_MS = 2_000;
const ALONE_MS = 1_000;

export function createEventFilters(evaluator: Pick<ExpressionEvaluator, "evaluate">): EventFilters {
  async function test(
    tenantId: string,
    filter: string,
    { payload, event }: FilteredEvent,
    timeoutMs: number,
  ): Promise<boolean> {
    const data = { $json: payload, $event: event };
    return (await evaluator.evaluate(testTemplate(filter), data, { owner: tenantId, timeoutMs })) === true;
  }

  /** @returns undefined when they have to be asked about one by one. */
  async function judgeTogether(
    tenantId: string,
    filter: string,
    events: readonly FilteredEvent[],
    timeoutMs: number,
  ): Promise<readonly Verdict[] | undefined> {
    try {
      const batch = batchTemplate(filter);
      if (batch === undefined) return undefined;
      const data =
        batch.reads === "$payloads"
          ? { $payloads: events.map(({ payload }) => payload) }
          : { $events: events.map(({ payload, event }) => ({ $json: payload, $event: event })) };
      const answers = await evaluator.evaluate(batch.template, data, { owner: tenantId, timeoutMs });
      return readAnswers(answers, events.length);
    } catch (error) {
      return isFailureOfOne(error) ? undefined : events.map(() => "unclear");
    }
  }

  /** An event that makes the filter fail does not keep the others from their verdicts; a lack of time does. */
  async function judgeEach(
    tenantId: string,
    filter: string,
    events: readonly FilteredEvent[],
    deadline: number,
  ): Promise<readonly Verdict[]> {
    const verdicts: Verdict[] = [];
    for (const event of events) {
      const timeoutMs = Math.min(ALONE_MS, deadline - performance.now());
      if (timeoutMs < 1) break;
      try {
        verdicts.push((await test(tenantId, filter, event, timeoutMs)) ? "passed" : "filtered");
      } catch (error) {
        if (!isFailureOfOne(error)) break;
        verdicts.push("unclear");
      }
    }
    return events.map((_, place) => verdicts[place] ?? "unclear");
  }

  return {
    async judge(tenantId, filter, events, deadline) {
      const timeoutMs = Math.min(TOGETHER_MS, deadline - performance.now());
      if (timeoutMs < 1) return events.map(() => "unclear");
      const verdicts = await judgeTogether(tenantId, filter, events, timeoutMs);
      return verdicts ?? (await judgeEach(tenantId, filter, events, deadline));
    },

    async passes(tenantId, filter, event) {
      try {
        return await test(tenantId, filter, event, ALONE_MS);
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        const message = `The filter ${filter} failed: ${error.message}`;
        throw new SkerryError("EVENT_FILTER_FAILED", message, { cause: error });
      }
    },
  };
}

/** The guest's answer is data of a stranger like any other. */
function readAnswers(answers: unknown, count: number): readonly Verdict[] | undefined {
  if (!Array.isArray(answers) || answers.length !== count) return undefined;
  return answers.map((answer) => (answer === true ? "passed" : "filtered"));
}

/** Whether the same filter may well do with another event. */
function isFailureOfOne(error: unknown): boolean {
  return error instanceof ExpressionError && ONE_FAILED.has(error.code);
}

const ONE_FAILED: ReadonlySet<string> = new Set([
  "EXPRESSION_FAILED",
  "EXPRESSION_EXTENSION",
  "EXPRESSION_SECURITY",
  "EXPRESSION_RESULT",
]);
