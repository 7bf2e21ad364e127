import { readIndex } from "./arguments.ts";
import { createExpressionError, createNoInputError } from "./errors.ts";
import { readFromAi } from "./from-ai.ts";
import { Input } from "./input.ts";
import { createNodes } from "./legacy-nodes.ts";
import { NodeOutput } from "./node-output.ts";
import { readPairedItem } from "./paired-item-request.ts";
import { createClosedObject, createRefusingObject } from "./refusing-object.ts";
import type { WorkflowItem } from "./run-data.ts";
import { type Evaluation, type View, viewOf } from "./view.ts";
import type { WorkflowRun } from "./workflow-run.ts";

type Make = (view: View) => unknown;

/** The host's function of this name is the way to its compiler, not what expressions call. */
const NESTED_NAME = "$evaluateExpression";

/** What the host's data does not say as plain data. */
const MAKERS: ReadonlyMap<string, Make> = new Map<string, Make>([
  [
    "$",
    ({ run }) =>
      (name: unknown) =>
        new NodeOutput(run, name),
  ],
  ["$input", ({ run }) => new Input(run)],
  ["$item", (view) => (item: unknown, run: unknown) => createItemView(view, item, run)],
  [
    "$items",
    ({ run }) =>
      (...args: unknown[]) =>
        readItems(run, args),
  ],
  [
    "$getPairedItem",
    ({ run }) =>
      (...args: unknown[]) =>
        readPairedItem(run, args),
  ],
  ...["$fromAI", "$fromAi", "$fromai"].map((name): [string, Make] => [
    name,
    ({ run }) =>
      (key: unknown, _description: unknown, _type: unknown, defaultValue: unknown) =>
        readFromAi(run, key, defaultValue),
  ]),
  [NESTED_NAME, (view) => (template: unknown, item: unknown) => evaluateFor(view, template, item)],
  ["$node", ofRun((view) => createNodes(view))],
  ["$parameter", ofRun((view) => view.parametersOf(view.run.data.activeNode))],
  ["$env", ofRun(() => createClosedObject(createEnvironmentError))],
  ["$json", ofRun(createMissingItem)],
  ["$binary", ofRun(createMissingItem)],
  ["$prevNode", ofRun(() => ({ name: undefined, outputIndex: undefined, runIndex: undefined }))],
  [
    "$tool",
    ofRun(({ data }) =>
      Object.hasOwn(data, "$json") ? { name: undefined, parameters: undefined } : undefined,
    ),
  ],
]);

/**
 * Names of a workflow run, each with what it means in an evaluation. Data of the host by the same name goes first, so
 * a host without workflows, or with its own idea of `$input`, has its way.
 */
export const WORKFLOW_NAMES: readonly (readonly [string, (evaluation: Evaluation) => unknown])[] = [
  ...MAKERS,
].map(([name, make]) => [
  name,
  (evaluation) => (isData(evaluation.data, name) ? evaluation.data[name] : make(viewOf(evaluation))),
]);

/** `$item(i)`: any name of the data, as it is for another item. */
function createItemView(view: View, item: unknown, run: unknown): object {
  const itemIndex = readIndex(item, "$item() takes the number of an item first") ?? view.run.data.itemIndex;
  const ofItem = view.ofItem(
    itemIndex,
    readIndex(run, "$item() takes the number of a run as its second argument"),
  );
  const isName = (key: PropertyKey): key is string =>
    typeof key === "string" && (isData(ofItem.data, key) || MAKERS.has(key));
  return new Proxy(
    {},
    {
      get: (target, key) => (isName(key) ? readName(ofItem, key) : (Reflect.get(target, key) as unknown)),
      has: (target, key) => isName(key) || Reflect.has(target, key),
    },
  );
}

function readName(view: View, name: string): unknown {
  return isData(view.data, name) ? view.data[name] : MAKERS.get(name)?.(view);
}

function isData(data: View["data"], name: string): boolean {
  return name !== NESTED_NAME && Object.hasOwn(data, name);
}

/** `$items(node?, output?, run?)`: the items of a node, of its first output unless another is named. */
function readItems(run: WorkflowRun, [node, output, index]: readonly unknown[]): readonly WorkflowItem[] {
  if (node === undefined) return run.inputItems;
  return run.itemsOf(
    run.requireNode(node),
    readIndex(output, "$items() takes the number of an output as its second argument") ?? 0,
    readIndex(index, "$items() takes the number of a run as its third argument"),
  );
}

/** `$evaluateExpression(template, item?)` */
function evaluateFor(view: View, template: unknown, item: unknown): unknown {
  const itemIndex = readIndex(
    item,
    "$evaluateExpression() takes the number of an item as its second argument",
  );
  if (itemIndex === undefined || !view.hasRun) return view.evaluate(template);
  return view.ofItem(itemIndex, undefined).evaluate(template);
}

/** Stands for the content of an item that is not there: a template that never looks at it goes on. */
function createMissingItem({ run }: View): object {
  const { activeNode, itemIndex, input } = run.data;
  return createRefusingObject(() =>
    input.items.length === 0
      ? createNoInputError(activeNode)
      : createExpressionError(
          `There is no item ${itemIndex}: ${input.items.length} came into node '${activeNode}'`,
        ),
  );
}

function createEnvironmentError(): Error {
  return createExpressionError(
    "access to env vars denied: this host does not share them",
    "EXPRESSION_SECURITY",
  );
}

/** A name that means nothing where there is no workflow run. */
function ofRun(make: Make): Make {
  return (view) => (view.hasRun ? make(view) : undefined);
}
