// A workflow engine of a hundred lines, whose nodes have parameters in the language of n8n: each expression is evaluated
// by @skerry/expressions, over the data of the run, in a process that can do nothing else. Runs by itself:
//
//   node --conditions=@skerry/source examples/src/workflow.ts
import { ExpressionError, ExpressionEvaluator, ProcessBridge, workflowData } from "@skerry/expressions";
import type { NodeRun, WorkflowItem, WorkflowNode, WorkflowSource } from "@skerry/expressions";

type Json = Readonly<Record<string, unknown>>;

/** What a kind of node makes of each item, by its parameters for that item; undefined leaves the item out. */
type Work = (item: Json, parameters: Json) => Json | undefined;

const KINDS: Readonly<Record<string, Work>> = {
  set: (item, fields) => ({ ...item, ...fields }),
  filter: (item, { keep }) => (keep === true ? item : undefined),
};

/** One step after the other. Parameters that are expressions begin with `=`, as workflows of that kind store them. */
interface Step extends WorkflowNode {
  readonly kind: string;
  readonly parameters: Json;
}

const STEPS: readonly Step[] = [
  { name: "Large orders", kind: "filter", parameters: { keep: "={{ $json.total > 100 }}" } },
  {
    name: "Mail",
    kind: "set",
    parameters: {
      to: "={{ $json.customer.email.toLowerCase() }}",
      subject: "=Order {{ $json.id }} of {{ $json.customer.name.toTitleCase() }}",
      share:
        '={{ Math.round(100 * $json.total / $("Orders").all().map((item) => item.json.total).sum()) }} %',
      priority: "normal",
    },
  },
];

const ORDERS: readonly Json[] = [
  { id: 7, total: 120, customer: { name: "ada lovelace", email: "Ada@acme.example" } },
  { id: 8, total: 20, customer: { name: "bob ray", email: "bob@acme.example" } },
  { id: 9, total: 260, customer: { name: "cho min", email: "Cho@acme.example" } },
];

await using evaluator = new ExpressionEvaluator({
  createBridge: () => new ProcessBridge({ memoryLimitMb: 64, timeoutMs: 1_000 }),
});

/** All expressions of a node's parameters for one item, in one crossing. */
function evaluateParameters(parameters: Json, source: WorkflowSource): Promise<unknown> {
  const templates = Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, readParameter(value)]),
  );
  return evaluator.evaluateAll(templates, workflowData(source), { timezone: "Europe/Paris" });
}

/** Without the mark a text is no template, even if it has braces in it. */
function readParameter(value: unknown): unknown {
  if (typeof value !== "string") return value;
  return value.startsWith("=") ? value.slice(1) : value.replaceAll("{{", "\\{{");
}

/** Runs the steps over the items of a trigger named "Orders". */
async function runWorkflow(
  steps: readonly Step[],
  orders: readonly Json[],
): Promise<readonly WorkflowItem[]> {
  const nodes: WorkflowNode[] = [{ name: "Orders" }, ...steps];
  const runData: Record<string, NodeRun[]> = {};
  let items: readonly WorkflowItem[] = orders.map((json) => ({ json }));
  let last = "Orders";
  const connections: [string, number, string][] = [];
  runData[last] = [{ outputs: [items] }];

  for (const step of steps) {
    connections.push([last, 0, step.name]);
    const made: WorkflowItem[] = [];
    for (const [itemIndex, { json }] of items.entries()) {
      const parameters = await evaluateParameters(step.parameters, {
        workflow: { id: "wf-1", name: "Orders", active: true },
        nodes,
        connections,
        runData,
        activeNode: step.name,
        input: { items },
        itemIndex,
      });
      const result = KINDS[step.kind]?.(json as Json, parameters as Json);
      if (result !== undefined) made.push({ json: result, pairedItem: { item: itemIndex } });
    }
    runData[step.name] = [{ source: [[last, 0, 0]], outputs: [made] }];
    items = made;
    last = step.name;
  }
  return items;
}

for (const { json } of await runWorkflow(STEPS, ORDERS)) {
  const { to, subject, share, priority } = json as Json;
  console.log(JSON.stringify({ to, subject, share, priority }));
}

// A user's mistake is told with its place, and ends nothing but its own evaluation.
const wrong: Step = {
  name: "Wrong",
  kind: "set",
  parameters: { to: "={{ $json.customer.nmae.toTitleCase() }}" },
};
try {
  await runWorkflow([wrong], ORDERS);
} catch (error) {
  if (!(error instanceof ExpressionError)) throw error;
  console.log(`${error.code} at ${error.range?.start}`);
}
