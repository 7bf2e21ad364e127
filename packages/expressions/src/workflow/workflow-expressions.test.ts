import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FIXTURES } from "../../test/corpus/cases.ts";
import {
  ExpressionError,
  ExpressionEvaluator,
  IsolatedVmBridge,
  type NodeRun,
  type WorkflowSource,
  workflowData,
} from "../index.ts";

const ORDERS = FIXTURES["orders"] as WorkflowSource;

let evaluator: ExpressionEvaluator;

beforeAll(async () => {
  const createBridge = (): IsolatedVmBridge => new IsolatedVmBridge({ timeoutMs: 5_000, memoryLimitMb: 16 });
  evaluator = new ExpressionEvaluator({ createBridge });
  await evaluator.initialize();
});

afterAll(() => evaluator.dispose());

function evaluate(code: string, source: object): unknown {
  return evaluator.evaluateSync(`{{ ${code} }}`, workflowData(source as WorkflowSource));
}

function failureOf(code: string, source: object = ORDERS): ExpressionError {
  try {
    evaluate(code, source);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

/** A chain of nodes that ends in the active node `End`, with the given runs. */
function sourceOf(runData: Record<string, NodeRun[]>, change: Partial<WorkflowSource> = {}): WorkflowSource {
  const names = [...Object.keys(runData), "End"];
  const last = Object.values(runData).at(-1)?.at(-1)?.outputs[0] ?? [];
  return {
    workflow: { id: "1", name: "Chain", active: false },
    nodes: names.map((name) => ({ name })),
    connections: names.slice(1).map((name, index) => [names[index] ?? "", 0, name]),
    runData,
    activeNode: "End",
    input: {
      source: [names.at(-2) ?? "", 0, 0],
      items: last.map((item, index) => ({ ...item, pairedItem: index })),
    },
    ...change,
  };
}

describe("a node's items", () => {
  const item = (id: number, pairedItem?: number | number[]) => ({
    json: { id },
    ...(pairedItem !== undefined && { pairedItem }),
  });

  test("are those of the output that leads here, of the last run, unless others are named", () => {
    const If: NodeRun[] = [{ outputs: [[item(1)], [item(2)]] }, { outputs: [[item(3)], [item(4), item(5)]] }];
    const source = sourceOf(
      { If },
      {
        connections: [
          ["If", 0, "Other"],
          ["If", 1, "Near"],
          ["Near", 0, "End"],
        ],
      },
    );
    expect(evaluate('$("If").all().map(({ json }) => json.id)', source)).toEqual([4, 5]);
    expect(evaluate('[$("If").first(0).json.id, $("If").last(1, 0).json.id]', source)).toEqual([3, 2]);
    expect(evaluate('[$items("If")[0].json.id, $items("If", 1, 0)[0].json.id]', source)).toEqual([3, 2]);
    expect(evaluate("[$node.If.json.id, $item(0, 0).$node.If.json.id]", source)).toEqual([4, 2]);
    expect(failureOf('$("If").first(2)', source).message).toContain("Output 2 of node 'If'");
    expect(failureOf('$("If").all(0, 2)', source).message).toContain("Run 2 of node 'If'");
  });

  test("are matched over splits and merges, and a match has to be the only one", () => {
    const source = sourceOf({
      Start: [{ outputs: [[item(1), item(2)]] }],
      Copy: [{ source: [["Start"]], outputs: [[item(11, 0), item(12, 0), item(21, 1)]] }],
      Merge: [{ source: [["Copy"]], outputs: [[item(1112, [0, 1]), item(all(), [0, 1, 2])]] }],
    });
    expect(evaluate('$("Start").item.json.id', source)).toBe(1);
    expect(evaluate('$("Merge").itemMatching(1).json.id', source)).toBe(all());
    expect(failureOf('$("Copy").item', source).message).toContain("Multiple matching items");
    expect(failureOf('$("Start").pairedItem(1)', source).message).toContain("Multiple matching items");
  });

  test("that go in circles are no match, nor are those of a node without a way here", () => {
    const source = sourceOf({
      Lone: [{ outputs: [[item(1)]] }],
      Loop: [{ source: [["Loop"]], outputs: [[item(2, 0)]] }],
    });
    expect(failureOf('$("Lone").item', source).message).toContain("Paired item data");
    const apart = { ...source, connections: [["Loop", 0, "End"]] };
    expect(failureOf('$("Lone").item', apart).message).toContain("'Lone' doesn't lead to node 'End'");
    expect(failureOf('$("Loop").itemMatching(5)', source).message).toContain("There is no item 5");
  });

  test("may have any name", () => {
    const names = JSON.parse('{"__proto__": [{"outputs": [[{"json": {"id": 7}}]]}]}') as Record<
      string,
      NodeRun[]
    >;
    const source = sourceOf(names);
    expect(evaluate('$("__proto__").first().json.id + $node["__proto__"].json.id', source)).toBe(14);
    expect(failureOf('$("constructor").first()', source).message).toContain("doesn't exist");
    expect(failureOf('$("constructor").isExecuted', source).message).toContain("doesn't exist");
  });

  function all(): number {
    return 111221;
  }
});

describe("another item", () => {
  test("has its own content, matches and parameters", () => {
    expect(evaluate("[0, 1].map((i) => $item(i).$json.sku)", ORDERS)).toEqual(["A-1", "C-3"]);
    expect(evaluate('$item(0).$("Fetch Orders").item.json.sku', ORDERS)).toBe("A-1");
    expect(evaluate("[$item(0).$parameter.fromJson, $parameter.fromJson]", ORDERS)).toEqual(["A-1", "C-3"]);
    expect(evaluate('$evaluateExpression("{{ $json.sku }}", 0)', ORDERS)).toBe("A-1");
    expect(evaluate("[$item(7).$itemIndex, $item(0).$vars.region]", ORDERS)).toEqual([7, "eu"]);
    expect(failureOf("$item(7).$json.sku").message).toContain("There is no item 7");
  });
});

describe("parameters", () => {
  test("have the values of their templates, wherever these stand", () => {
    const parameters = { list: ["={{ $json.id }}", { deep: "=id {{ $json.id }}" }], plain: "{{ 1 }}" };
    const source = sourceOf({ Start: [{ outputs: [[{ json: { id: 5 } }]] }] });
    const nodes = [
      { name: "Start", parameters },
      { name: "End", parameters },
    ];
    const expected = { list: [5, { deep: "id 5" }], plain: "{{ 1 }}" };
    expect(evaluate("$parameter", { ...source, nodes })).toEqual(expected);
    expect(evaluate('$node["Start"].parameter', { ...source, nodes })).toEqual(expected);
    expect(evaluate('$("Start").params', { ...source, nodes })).toEqual(parameters);
  });

  test("that ask for themselves are undefined, and their errors are those of the expression", () => {
    const parameters = {
      a: "={{ $parameter.b }}",
      b: "={{ [$parameter.a, 1] }}",
      bad: '={{ $("Nope").first() }}',
      wrong: "={{ 1 + }}",
    };
    const source = sourceOf({ Start: [{ outputs: [[{ json: {} }]] }] });
    const nodes = [{ name: "Start" }, { name: "End", parameters }];
    expect(evaluate("$parameter.a", { ...source, nodes })).toEqual([undefined, 1]);
    const data = workflowData({ ...source, nodes });
    for (const errors of ["throw", "undefined"] as const) {
      const run = (name: string) => () =>
        evaluator.evaluateSync(`{{ $parameter.${name} }}`, data, { errors });
      expect(run("bad")).toThrow("Referenced node doesn't exist");
      expect(run("wrong")).toThrow(ExpressionError);
    }
  });
});

describe("data of the host", () => {
  test("goes before the names of a workflow", () => {
    const data = { $input: { all: () => [1, 2] }, $: (name: string) => `${name}!`, $env: { HOME: "/" } };
    expect(evaluator.evaluateSync('{{ $input.all().length + $("a") + $env.HOME }}', data)).toBe("2a!/");
    expect(evaluate("$env.HOME", { ...ORDERS, additionalKeys: { $env: { HOME: "/" } } })).toBe("/");
    expect(failureOf("$env.HOME")).toMatchObject({ code: "EXPRESSION_SECURITY" });
  });

  test("without a workflow has no runs to ask for", () => {
    const types = "{{ [$node, $env, $parameter, $json, $input, $items].map((each) => typeof each) }}";
    expect(evaluator.evaluateSync(types, {})).toEqual([
      "undefined",
      "undefined",
      "undefined",
      "undefined",
      "object",
      "function",
    ]);
    expect(() => evaluator.evaluateSync('{{ $("A").first() }}', {})).toThrow("there is no workflow run");
    expect(evaluator.evaluateSync('{{ $("A").first() }}', {}, { errors: "undefined" })).toBeUndefined();
  });

  test("that no item came for refuses to be read, not to be passed by", () => {
    const empty = FIXTURES["empty"] as WorkflowSource;
    expect(evaluate('$if($("A").isExecuted, $json.a, "none")', empty)).toBe("none");
    expect(failureOf("$json", empty).message).toContain("nothing has come into node 'B'");
    expect(failureOf("`${$binary}`", empty).message).toContain("nothing has come into node 'B'");
  });
});

test("nothing of an item crosses that is not asked for", () => {
  const reads = new Set<string>();
  const rows = Array.from({ length: 100_000 }, (_, id) => ({ json: { id, text: "x".repeat(100) } }));
  const big = [{ json: { id: 1, big: "x".repeat(64 * 1_048_576) } }, ...rows];
  const items = new Proxy(big, {
    getOwnPropertyDescriptor: (list, key) => (
      reads.add(String(key)),
      Reflect.getOwnPropertyDescriptor(list, key)
    ),
  });
  const source = sourceOf(
    { Start: [{ outputs: [big] }], Rows: [{ outputs: [items] }] },
    { input: { items: [] } },
  );
  const codes = ['$("Rows").first().json.id', '$("Rows").last().json.id', '$("Rows").all().length'];
  expect(evaluate(`[${codes.join(", ")}]`, source)).toEqual([1, 99_999, 100_001]);
  expect(reads.size).toBeLessThan(100);
});

test("nothing of one evaluation stays for the next", () => {
  const poisons = [
    "$input.constructor.poison = $input.first.poison = 1",
    "$input.constructor.prototype.first = () => 666",
    '$("Split").constructor.prototype.all = () => 666',
    "$node.Split.constructor.prototype.poison = 1",
    "(() => { try { $node.Nope } catch (error) { error.constructor.poison = error.__proto__.poison = 1 } })()",
    "$input.all().length = 0",
    "$input.first().json.sku = 666",
  ];
  for (const poison of poisons) evaluate(`(${poison}, 0)`, ORDERS);
  const traces =
    "[$input.constructor.poison, $input.first.poison, $node.Split.poison, Error.poison, ({}).poison]";
  expect(evaluate(traces, ORDERS)).toEqual(Array(5).fill(undefined));
  expect(evaluate('[$input.first().json.sku, $("Split").all().length]', ORDERS)).toEqual(["A-1", 2]);
});
