/** Prints rows: work over 10,000 objects and 10,000 keys of the host, beside bringing them across as JSON text. */
import {
  type HostData,
  IsolatedVmBridge,
  ProcessBridge,
  QuickJsBridge,
  type RuntimeBridge,
} from "@skerry/sandbox";
import { type Row, multipleOf, rowOf } from "../report.ts";
import { type Spread, timeInTurns } from "../samples.ts";
import { type BareEngine, createBareIsolate, createBareQuickJs } from "./bare-engines.ts";

const COUNT = 10_000;
const TURNS = { forMs: 1_800 };
const MAX_MULTIPLE = { atMost: 3 };

const ITEMS = {
  items: Array.from({ length: COUNT }, (_, index) => ({
    id: index,
    sku: `SKU-${index}`,
    customer: { name: `Customer ${index}`, city: "Lisbon" },
    price: index / 100,
    quantity: index % 7,
    paid: index % 2 === 0,
  })),
};
const KEYS = { wide: Object.fromEntries(ITEMS.items.map((item) => [item.sku, item.price])) };

interface Work {
  readonly what: string;
  readonly code: string;
  readonly data: HostData;
}

const SUM: Work = {
  what: "sum over 10,000 objects",
  code: "let sum = 0; for (const item of data.items) sum += item.price; return sum",
  data: ITEMS,
};
const FURTHER: readonly Work[] = [
  {
    what: "map over 10,000 objects",
    code: "return data.items.map((item) => item.price * item.quantity)",
    data: ITEMS,
  },
  { what: "filter of 10,000 objects", code: "return data.items.filter((item) => item.paid)", data: ITEMS },
  { what: "JSON.stringify of 10,000 objects", code: "return JSON.stringify(data.items)", data: ITEMS },
  { what: "Object.keys of 10,000 keys", code: "return Object.keys(data.wide).length", data: KEYS },
];

await using isolatedVm = new IsolatedVmBridge({ timeoutMs: 10_000 });
await using quickJs = new QuickJsBridge({ timeoutMs: 10_000 });
await using runner = new ProcessBridge({ timeoutMs: 10_000 });
for (const bridge of [isolatedVm, quickJs, runner]) await bridge.initialize();
using bareIsolate = createBareIsolate();
using bareQuickJs = await createBareQuickJs();

const rows: Row[] = [...(await measureSum())];
for (const work of FURTHER)
  rows.push(...(await measureOnV8(work)).rows, ...(await measureOnQuickJs(work)).rows);
process.stdout.write(JSON.stringify(rows));

async function measureSum(): Promise<Row[]> {
  const onV8 = await measureOnV8(SUM);
  const onQuickJs = await measureOnQuickJs(SUM);
  const { json } = onV8;
  const multiple = (what: string, spread: Spread, target?: Row["target"]): Row =>
    multipleOf(`  ${what}`, spread, json, target);
  return [
    rowOf("peer: JSON.stringify + JSON.parse of the same 10,000 objects, V8", json, "ms"),
    ...onV8.rows,
    multiple("IsolatedVmBridge, warm, of stringify + parse", onV8.isolatedVmWarm, MAX_MULTIPLE),
    multiple("IsolatedVmBridge, one-shot, of stringify + parse", onV8.isolatedVmOnce, MAX_MULTIPLE),
    multiple("ProcessBridge, warm, of stringify + parse", onV8.runnerWarm, MAX_MULTIPLE),
    multiple("ProcessBridge, one-shot, of stringify + parse", onV8.runnerOnce, MAX_MULTIPLE),
    rowOf("peer: JSON.stringify in V8 + JSON.parse in QuickJS of the same", onQuickJs.json, "ms"),
    ...onQuickJs.rows,
    multipleOf(
      "  QuickJsBridge, warm, of stringify + parse there",
      onQuickJs.warm,
      onQuickJs.json,
      MAX_MULTIPLE,
    ),
    multipleOf(
      "  QuickJsBridge, one-shot, of stringify + parse there",
      onQuickJs.once,
      onQuickJs.json,
      MAX_MULTIPLE,
    ),
    multiple("QuickJsBridge, one-shot, of stringify + parse in V8", onQuickJs.once),
  ];
}

async function measureOnV8(work: Work) {
  using inIsolate = startWork(isolatedVm, work);
  using inRunner = startWork(runner, work);
  const spreads = await timeInTurns(
    {
      json: () => JSON.parse(JSON.stringify(work.data)) as unknown,
      bare: runBare(bareIsolate, work),
      isolatedVmWarm: inIsolate.warm,
      isolatedVmOnce: inIsolate.once,
      runnerWarm: inRunner.warm,
      runnerOnce: inRunner.once,
    },
    TURNS,
  );
  const { what } = work;
  const rows: Row[] = [
    rowOf(`peer: ${what}, bare isolated-vm over JSON text`, spreads.bare, "ms"),
    rowOf(`${what}, IsolatedVmBridge, warm scope`, spreads.isolatedVmWarm, "ms"),
    rowOf(`${what}, IsolatedVmBridge, one-shot`, spreads.isolatedVmOnce, "ms"),
    rowOf(`${what}, ProcessBridge, warm scope`, spreads.runnerWarm, "ms"),
    rowOf(`${what}, ProcessBridge, one-shot`, spreads.runnerOnce, "ms"),
  ];
  return { ...spreads, rows };
}

async function measureOnQuickJs(work: Work) {
  using inQuickJs = startWork(quickJs, work);
  const spreads = await timeInTurns(
    {
      json: runBare(bareQuickJs, { ...work, code: "return 0" }),
      bare: runBare(bareQuickJs, work),
      warm: inQuickJs.warm,
      once: inQuickJs.once,
    },
    TURNS,
  );
  const { what } = work;
  const rows: Row[] = [
    rowOf(`peer: ${what}, bare quickjs-emscripten over JSON text`, spreads.bare, "ms"),
    rowOf(`${what}, QuickJsBridge, warm scope`, spreads.warm, "ms"),
    rowOf(`${what}, QuickJsBridge, one-shot`, spreads.once, "ms"),
  ];
  return { ...spreads, rows };
}

/** The same work in a scope that stays open, and in one of its own each time. */
function startWork(bridge: RuntimeBridge, { code, data }: Work) {
  const scope = bridge.openScope(data);
  return {
    warm: () => scope.executeSync(code),
    once: () => bridge.executeSync(code, data),
    [Symbol.dispose]: () => scope.dispose(),
  };
}

function runBare(engine: BareEngine, { code, data }: Work): () => unknown {
  const run = engine.compileWithData(code);
  return () => run(data);
}
