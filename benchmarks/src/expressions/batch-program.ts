/** Prints rows: a hundred templates at once, beside a hundred calls of the peer. */
import { type Row, multipleOf, rowOf } from "../report.ts";
import { timeInTurns } from "../samples.ts";
import { requireEqual } from "./equality.ts";
import { Ours } from "./ours.ts";
import { Peer } from "./peer.ts";
import { forGuest, makeItems } from "./templates.ts";

const COUNT = 100;
const TURNS = { forMs: 3_000 };
const TARGET = { atLeast: 10 };

const data = makeItems(COUNT);
const templates = Array.from({ length: COUNT }, (_, index) => {
  const item = `$json.items[${index}]`;
  return `{{ ${item}.customer.name }}: {{ ${item}.price * ${item}.quantity }} EUR`;
});
const guestTemplates = templates.map(forGuest);

await using peer = await new Peer("isolated-vm").start();
await using runner = await new Ours("ProcessBridge").start();

const actions = {
  peer: () => templates.map((template) => peer.evaluate(template, data)),
  direct: () => runner.evaluateAll(templates, data),
  crossing: () => runner.evaluateAll(guestTemplates, data),
  singles: () => guestTemplates.map((template) => runner.evaluate(template, data)),
};
for (const [what, run] of Object.entries(actions)) requireEqual(what, run(), actions.peer());
if (runner.crosses(actions.direct)) throw new Error("the templates are not evaluated directly");
if (!runner.crosses(actions.crossing)) throw new Error("the templates for the guest take none");

const spreads = await timeInTurns(actions, TURNS);
const speedOf = (name: keyof typeof actions, target?: Row["target"]): Row =>
  multipleOf("  times the peer's speed", spreads.peer, spreads[name], target);
const rows: Row[] = [
  rowOf(`peer: ${COUNT} single calls`, spreads.peer, "ms"),
  rowOf(`evaluateAll of ${COUNT} templates, direct, before ProcessBridge`, spreads.direct, "ms"),
  speedOf("direct", TARGET),
  rowOf(`evaluateAll of ${COUNT} templates, crossing, ProcessBridge`, spreads.crossing, "ms"),
  speedOf("crossing", TARGET),
  rowOf(`${COUNT} single calls, crossing, ProcessBridge`, spreads.singles, "ms"),
  speedOf("singles"),
];
process.stdout.write(JSON.stringify(rows));
