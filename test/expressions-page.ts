/** What the pages of `expressions-in-chromium.test.ts` run. */
import type { Case } from "../packages/expressions/test/corpus/cases.ts";
import { type Fixtures, type Outcome, replay } from "../packages/expressions/test/corpus/replay.ts";
import {
  ExpressionEvaluator,
  ProcessBridge,
  QuickJsBridge,
  WebWorkerBridge,
  createEditorServices,
} from "../packages/expressions/src/index.ts";

const BRIDGES = {
  quickJs: () => new QuickJsBridge({ timeoutMs: 20_000 }),
  webWorker: () => new WebWorkerBridge({ timeoutMs: 20_000 }),
};

export type PageBridgeName = keyof typeof BRIDGES;

/** JSON of the outcomes: the way out of a page loses keys named `__proto__`. */
export async function replayAll(
  name: PageBridgeName,
  cases: readonly Case[],
  fixtures: Fixtures,
): Promise<string> {
  const evaluator = new ExpressionEvaluator({ createBridge: BRIDGES[name] });
  const outcomes: Outcome[] = [];
  for (const each of cases) outcomes.push(await replay(each, evaluator, fixtures));
  await evaluator.dispose();
  return JSON.stringify(outcomes);
}

/** What a page that takes a bridge of Node is told. */
export function tellMissing(): string {
  try {
    new ProcessBridge().isDisposed();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

export function complete(template: string, data: Record<string, unknown>): readonly string[] {
  const services = createEditorServices();
  return services.completions(template, template.length, { data }).items.map(({ label }) => label);
}
