/** Prints rows: what one execution costs, beside a bare call into the same engine. */
import { IsolatedVmBridge, ProcessBridge, QuickJsBridge } from "@skerry/sandbox";
import { type Row, multipleOf, rowOf } from "../report.ts";
import { timeInTurns } from "../samples.ts";
import { createBareIsolate, createBareQuickJs } from "./bare-engines.ts";
import { startEchoProcess } from "./echo-process.ts";

const TURNS = { forMs: 3_000, batch: 50 };
const MAX_MULTIPLE = { atMost: 3 };
const MAX_PROCESS_US = { atMost: 20 };
const US_PER_MS = 1_000;

const TRIVIAL = "1 + 1";
const READ_NAME = "return data.user.name";
const SMALL_DATA = {
  user: { name: "Ada", email: "ada@example.com", roles: ["admin", "author"], age: 36 },
  order: { id: "A-1001", total: 129.5, currency: "EUR", paid: true, lines: 3, note: null },
};
/** As long as the message of a trivial execution. */
const SHORT_MESSAGE = Buffer.from('{"scope":1,"code":1}');

await using isolatedVm = new IsolatedVmBridge();
await using quickJs = new QuickJsBridge();
await using runner = new ProcessBridge();
for (const bridge of [isolatedVm, quickJs, runner]) await bridge.initialize();
using bareIsolate = createBareIsolate();
using bareQuickJs = await createBareQuickJs();
await using echo = startEchoProcess();

const rows = [...(await measureTrivial()), ...(await measureSmallData())];
process.stdout.write(JSON.stringify(rows));

async function measureTrivial(): Promise<Row[]> {
  const code = `return ${TRIVIAL}`;
  const spreads = await timeInTurns(
    {
      bareIsolate: bareIsolate.compile(TRIVIAL),
      isolatedVm: () => isolatedVm.executeSync(code),
      bareQuickJs: bareQuickJs.compile(TRIVIAL),
      bareQuickJsText: () => bareQuickJs.evaluate(TRIVIAL),
      quickJs: () => quickJs.executeSync(code),
      echo: () => echo.roundTrip(SHORT_MESSAGE),
      runner: () => runner.executeSync(code),
      runnerAsync: () => runner.execute(code),
    },
    TURNS,
  );
  return [
    rowOf("peer: bare isolated-vm, compiled function", spreads.bareIsolate, "µs"),
    rowOf("IsolatedVmBridge, trivial execute", spreads.isolatedVm, "µs"),
    multipleOf("  of a compiled function", spreads.isolatedVm, spreads.bareIsolate, MAX_MULTIPLE),
    rowOf("peer: bare quickjs-emscripten, compiled function", spreads.bareQuickJs, "µs"),
    rowOf("peer: bare quickjs-emscripten, evalCode", spreads.bareQuickJsText, "µs"),
    rowOf("QuickJsBridge, trivial execute", spreads.quickJs, "µs"),
    multipleOf("  of a compiled function", spreads.quickJs, spreads.bareQuickJs),
    multipleOf("  of evalCode", spreads.quickJs, spreads.bareQuickJsText, MAX_MULTIPLE),
    rowOf("peer: bare round trip over two FIFOs", spreads.echo, "µs"),
    rowOf("ProcessBridge, trivial executeSync", spreads.runner, "µs"),
    {
      what: "  above a bare isolated-vm call",
      value: (spreads.runner.p50 - spreads.bareIsolate.p50) * US_PER_MS,
      unit: "µs",
      target: MAX_PROCESS_US,
    },
    rowOf("ProcessBridge, trivial execute, asynchronous", spreads.runnerAsync, "µs"),
  ];
}

/** The data comes anew with each call, as an expression's does. */
async function measureSmallData(): Promise<Row[]> {
  const callIsolate = bareIsolate.compileWithData(READ_NAME);
  const callQuickJs = bareQuickJs.compileWithData(READ_NAME);
  const spreads = await timeInTurns(
    {
      bareIsolate: () => callIsolate(SMALL_DATA),
      isolatedVm: () => isolatedVm.executeSync(READ_NAME, SMALL_DATA),
      bareQuickJs: () => callQuickJs(SMALL_DATA),
      quickJs: () => quickJs.executeSync(READ_NAME, SMALL_DATA),
      runner: () => runner.executeSync(READ_NAME, SMALL_DATA),
    },
    TURNS,
  );
  return [
    rowOf("peer: bare isolated-vm, one field of small data as JSON text", spreads.bareIsolate, "µs"),
    rowOf("IsolatedVmBridge, one field of small data", spreads.isolatedVm, "µs"),
    rowOf("peer: bare quickjs-emscripten, the same", spreads.bareQuickJs, "µs"),
    rowOf("QuickJsBridge, the same", spreads.quickJs, "µs"),
    rowOf("ProcessBridge, the same", spreads.runner, "µs"),
  ];
}
