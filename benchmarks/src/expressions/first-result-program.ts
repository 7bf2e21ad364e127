/** Prints how long the first result of a fresh process takes: `node first-result-program.ts SIDE`. */
import { type FirstResult, SIDES, type Side } from "./first-result.ts";
import { forGuest } from "./templates.ts";

const EMAIL = "ada@example.com";
const TEMPLATE = "{{ $json.user.email }}";

const side = process.argv[2] as Side;
const load = await SIDES[side]();
const loadedMs = performance.now();
await using evaluator = await load().start();
const template = side.startsWith("peer") ? TEMPLATE : forGuest(TEMPLATE);
const result = evaluator.evaluate(template, { $json: { user: { email: EMAIL } } });
const doneMs = performance.now();
if (result !== EMAIL) throw new Error(`${side} gives ${String(result)}`);
process.stdout.write(
  JSON.stringify({ ofEvaluatorMs: doneMs - loadedMs, ofProcessMs: doneMs } satisfies FirstResult),
);
