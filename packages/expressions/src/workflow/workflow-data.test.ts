import { expect, test } from "vitest";
import { FIXTURES } from "../../test/corpus/cases.ts";
import { type WorkflowSource, workflowData } from "../index.ts";

const ORDERS = FIXTURES["orders"] as WorkflowSource;

test("gives the host's own objects by name, and copies none", () => {
  const data = workflowData(ORDERS);
  const item = ORDERS.input.items[1];
  expect(data["$json"]).toBe(item?.json);
  expect(data["$thisItem"]).toBe(item);
  expect(data["$rawParameter"]).toBe(ORDERS.nodes.find(({ name }) => name === "Edit Fields")?.parameters);
  expect(data["$vars"]).toBe(ORDERS.additionalKeys?.["$vars"]);
  expect(data).toMatchObject({
    $binary: { photo: { fileName: "p.png" } },
    $itemIndex: 1,
    $position: 1,
    $thisItemIndex: 1,
    $runIndex: 0,
    $thisRunIndex: 0,
    $mode: "manual",
    $workflow: { id: "wf-77", name: "Order sync", active: true },
    $prevNode: { name: "Split", outputIndex: 0, runIndex: 0 },
    $nodeId: "n-edit",
    $nodeVersion: 3.4,
    $webhookId: "hook-9",
  });
  expect(data["$binary"]).not.toHaveProperty("photo.data");
});

test("keeps names that mean something to JavaScript as names", () => {
  const parse = (json: string): Record<string, Record<string, unknown>> =>
    JSON.parse(json) as Record<string, Record<string, unknown>>;
  const binary = parse('{"__proto__": {"__proto__": {"x": 1}, "data": "AAAA", "id": 1}}');
  const data = workflowData({ ...ORDERS, itemIndex: 0, input: { items: [{ json: {}, binary }] } });
  expect(JSON.stringify(data["$binary"])).toBe('{"__proto__":{"__proto__":{"x":1},"id":1}}');
  expect(Object.getPrototypeOf(data["$binary"])).toBe(Object.prototype);
});

test("looks at one item only, and at no run", () => {
  const reads: PropertyKey[] = [];
  const watch = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (object, key) => (reads.push(key), Reflect.get(object, key) as unknown),
      getOwnPropertyDescriptor: (object, key) => (
        reads.push(key),
        Reflect.getOwnPropertyDescriptor(object, key)
      ),
    });
  const items = watch(Array.from({ length: 100_000 }, (_, id) => ({ json: { id } })));
  const runs = watch([{ outputs: [items] }]);
  workflowData({ ...ORDERS, runData: { Trigger: runs }, input: { items }, itemIndex: 70_000 });
  expect(new Set(reads)).toEqual(new Set(["length", "70000"]));
});

test.for<[path: string, change: object, type: new () => Error]>([
  ["source.workflow has to be an object, not undefined", { workflow: undefined }, TypeError],
  ["source.workflow.name", { workflow: { id: "1", active: true } }, TypeError],
  ["source.workflow.active", { workflow: { id: "1", name: "n", active: 1 } }, TypeError],
  ["source.nodes has to be an array, not an object", { nodes: {} }, TypeError],
  ["source.nodes[0] has to be an object, not null", { nodes: [null] }, TypeError],
  ["source.nodes[1].name", { nodes: [{ name: "a" }, { name: 1 }] }, TypeError],
  ["source.nodes[0].parameters", { nodes: [{ name: "a", parameters: [] }] }, TypeError],
  [
    "source.connections[1]",
    {
      connections: [
        ["a", 0, "b"],
        ["a", "b"],
      ],
    },
    TypeError,
  ],
  ["source.connections[0]", { connections: [["a", -1, "b"]] }, TypeError],
  ['source.runData["a b"] has to be an array', { runData: { "a b": {} } }, TypeError],
  ['source.activeNode is "x"', { activeNode: "x" }, RangeError],
  ["source.activeNode", { activeNode: 1 }, TypeError],
  ["source.input.items", { input: { items: "x" } }, TypeError],
  ["source.input.items[1].json", { input: { items: [{ json: {} }, {}] } }, TypeError],
  ["source.input.items[1].binary", { input: { items: [{}, { json: {}, binary: [] }] } }, TypeError],
  ["source.input.source[0]", { input: { items: [], source: [7] }, itemIndex: 0 }, TypeError],
  ["source.input.source[2]", { input: { items: [], source: ["a", 0, 0.5] }, itemIndex: 0 }, RangeError],
  ["source.itemIndex is 2, but source.input.items has 2 items", { itemIndex: 2 }, RangeError],
  ["source.itemIndex", { itemIndex: "1" }, TypeError],
  ["source.runIndex", { runIndex: -1 }, RangeError],
  ["source.contextData", { contextData: [] }, TypeError],
  ["source.additionalKeys", { additionalKeys: 1 }, TypeError],
  ["source.mode", { mode: 1 }, TypeError],
])("names what is wrong: %s", ([path, change, type]) => {
  const build = (): unknown => workflowData({ ...ORDERS, ...change });
  expect(build).toThrow(type);
  expect(build).toThrow(path);
});
