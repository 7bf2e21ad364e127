/** Measures the peers in a process of its own, because isolated-vm needs flags that nothing else should have. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import ivm from "isolated-vm";
import { timeEach } from "../samples.ts";

const WORKER =
  "const { parentPort, workerData } = require('node:worker_threads'); parentPort.postMessage(workerData + 1);";

const isolate = new ivm.Isolate({ memoryLimit: 64 });
const context = await isolate.createContext();
const handler = (await context.eval("(text) => JSON.stringify(JSON.parse(text) + 1)", {
  reference: true,
})) as ivm.Reference<(text: string) => string>;

const result = {
  "bare isolated-vm call, synchronous": await timeEach(5_000, () =>
    handler.applySync(undefined, ["1"], { timeout: 1_000 }),
  ),
  "bare isolated-vm call, asynchronous": await timeEach(5_000, () =>
    handler.apply(undefined, ["1"], { timeout: 1_000 }),
  ),
  "new isolate and context, no snapshot": await timeEach(50, async () => {
    const fresh = new ivm.Isolate({ memoryLimit: 64 });
    const realm = await fresh.createContext();
    await realm.eval("1 + 1");
    fresh.dispose();
  }),
  "new worker thread": await timeEach(30, async () => {
    const worker = new Worker(WORKER, { eval: true, workerData: 1 });
    await once(worker, "message");
    await worker.terminate();
  }),
  "fresh node process": await timeEach(20, () =>
    promisify(execFile)(process.execPath, ["-e", "console.log(1 + 1)"]),
  ),
};
process.stdout.write(JSON.stringify(result));
