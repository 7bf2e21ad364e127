/** A host of its own for tests that kill it: starts a bridge, says the ids of its processes, and never ends. */
import { ProcessBridge } from "../src/bridges/process-bridge.ts";
import { listRunners } from "./processes.ts";

const [code = ""] = process.argv.slice(2);
const bridge = new ProcessBridge({ timeoutMs: 60_000 });
await bridge.initialize();
process.stdout.write(`${listRunners().join(" ")}\n`);
bridge.executeSync(code);
