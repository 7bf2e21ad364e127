/** Prints rows: what it costs to touch three fields of host data, small and large, from a guest of 8 MiB. */
import { randomBytes } from "node:crypto";
import {
  type HostData,
  IsolatedVmBridge,
  ProcessBridge,
  QuickJsBridge,
  type RuntimeBridge,
} from "@skerry/sandbox";
import { type Row, multipleOf, rowOf } from "../report.ts";
import { timeInTurns } from "../samples.ts";

const GUEST_MB = 8;
const MEGABYTE = 1_000_000;
const ORDER_BYTES = 1_000;
const NOTE_BYTES = 380;
const TURNS = { forMs: 1_500, batch: 20 };
const MAX_TOUCH_US = { atMost: 50 };
/** What "independent of its size" may mean on a machine that is never quiet. */
const MAX_GROWTH = { atMost: 1.5 };

const TOUCH = "return data.orders[7].total + data.orders.at(-1).customer.city + data.meta.currency";

const small = makeData(1);
const large = makeData(100);
const rows: Row[] = [];
rows.push(...(await measureTouch("IsolatedVmBridge", new IsolatedVmBridge({ memoryLimitMb: GUEST_MB }))));
rows.push(...(await measureTouch("ProcessBridge", new ProcessBridge({ memoryLimitMb: GUEST_MB }))));
rows.push(...(await measureTouch("QuickJsBridge", new QuickJsBridge({ memoryLimitMb: GUEST_MB }))));
process.stdout.write(JSON.stringify(rows));

async function measureTouch(name: string, started: RuntimeBridge): Promise<Row[]> {
  await using bridge = started;
  await bridge.initialize();
  using smallScope = bridge.openScope(small);
  using largeScope = bridge.openScope(large);
  const warm = await timeInTurns(
    { small: () => smallScope.executeSync(TOUCH), large: () => largeScope.executeSync(TOUCH) },
    TURNS,
  );
  const once = await timeInTurns(
    { small: () => bridge.executeSync(TOUCH, small), large: () => bridge.executeSync(TOUCH, large) },
    TURNS,
  );
  return [
    rowOf(`3 fields of 1 MB, ${name}, warm scope`, warm.small, "µs", MAX_TOUCH_US),
    rowOf(`3 fields of 100 MB, ${name}, warm scope`, warm.large, "µs", MAX_TOUCH_US),
    multipleOf("  100 MB of 1 MB", warm.large, warm.small, MAX_GROWTH),
    rowOf(`3 fields of 1 MB, ${name}, one-shot`, once.small, "µs"),
    rowOf(`3 fields of 100 MB, ${name}, one-shot`, once.large, "µs"),
  ];
}

/** Orders of about a kilobyte of text each; no two notes share their memory. */
function makeData(megabytes: number): HostData {
  const length = (megabytes * MEGABYTE) / ORDER_BYTES;
  const orders = Array.from({ length }, (_, index) => ({
    id: index,
    total: index / 100,
    customer: { name: `Customer ${index}`, city: "Lisbon", tags: ["new", "retail", "eu"] },
    lines: [
      { sku: `SKU-${index}`, quantity: index % 7, price: 12.5 },
      { sku: `SKU-${index + 1}`, quantity: index % 5, price: 7.25 },
    ],
    note: randomBytes(NOTE_BYTES).toString("hex"),
  }));
  return { meta: { currency: "EUR", count: length }, orders };
}
