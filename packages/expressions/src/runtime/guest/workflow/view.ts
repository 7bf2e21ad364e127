import type { Environment } from "../environment.ts";
import { describeItem, withoutItem } from "./item-names.ts";
import { resolveParameters } from "./parameters.ts";
import { type RunData, WORKFLOW_KEY, unpackRun } from "./run-data.ts";
import { WorkflowRun } from "./workflow-run.ts";

type Data = Readonly<Record<string, unknown>>;

/** What of an evaluation a view needs. */
export type Evaluation = Pick<Environment, "data" | "evaluateNested">;

/**
 * By the data. A template inside of a template is another evaluation over the same data, and has to find the same view:
 * that is how a parameter notices that it asks for itself.
 */
const views = new WeakMap<object, View>();

/** What the names of a workflow run mean for one of its items. */
export class View {
  readonly data: Data;
  readonly run: WorkflowRun;
  readonly #evaluation: Evaluation;
  readonly #parameters = new Map<string, object>();

  constructor(evaluation: Evaluation, data: Data) {
    this.#evaluation = evaluation;
    this.data = data;
    this.run = new WorkflowRun(unpackRun(data));
    views.set(data, this);
  }

  get hasRun(): boolean {
    return Object.hasOwn(this.data, WORKFLOW_KEY);
  }

  /** Value of a template, for the item of this view. */
  readonly evaluate = (template: unknown): unknown => this.#evaluation.evaluateNested(template, this.data);

  /** Parameters of a node with the values of their templates. */
  parametersOf(node: string): object {
    let parameters = this.#parameters.get(node);
    if (!parameters) {
      parameters = resolveParameters(this.run.parametersOf(node), this.evaluate);
      this.#parameters.set(node, parameters);
    }
    return parameters;
  }

  /** The same for another item, and for other nodes the run of that number. */
  ofItem(itemIndex: number, runIndex: number | undefined): View {
    const run: RunData = { ...this.run.data, itemIndex };
    const data = {
      ...withoutItem(this.data),
      ...describeItem(run.input.items[itemIndex], itemIndex),
      ...(runIndex !== undefined && { $runIndex: runIndex, $thisRunIndex: runIndex }),
      [WORKFLOW_KEY]: [runIndex === undefined ? run : { ...run, defaultRun: runIndex }],
    };
    return new View(this.#evaluation, data);
  }
}

/** The view of the current item. */
export function viewOf(evaluation: Evaluation): View {
  return views.get(evaluation.data) ?? new View(evaluation, evaluation.data);
}
