import type { EventFilters, Verdict } from "./filters.ts";
import type { FilterQuestion, Verdicts } from "./hand-out.ts";

/** For all filters of a tenant together, the start of its process included; after it the scripts ask by themselves. */
const JUDGING_MS = 10_000;

/** Asks a tenant's filters, one after the other, until `signal` is aborted. Never rejects. */
export async function judgeQuestions(
  filters: EventFilters,
  tenantId: string,
  questions: readonly FilterQuestion[],
  signal: AbortSignal,
): Promise<Verdicts> {
  const deadline = performance.now() + JUDGING_MS;
  const verdicts = new Map<string, ReadonlyMap<string, Verdict>>();
  for (const { filter, events } of questions) {
    if (signal.aborted) break;
    const answers = await filters.judge(tenantId, filter, events, deadline);
    verdicts.set(filter, new Map(events.map(({ id }, place) => [id, answers[place] ?? "unclear"])));
  }
  return verdicts;
}
