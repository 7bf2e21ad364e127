// A shop's customer has a report made at the same time each day. Runs by itself, with a schedule that does not let you
// wait until tomorrow:
//
//   node --no-node-snapshot --conditions=@skerry/source examples/src/schedule.ts
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "@skerry/client";
import { createSkerry } from "skerry";

const REPORT = `
export default async function (_, ctx) {
  const { scheduledAt, previousAt } = ctx.trigger;
  return { from: previousAt, to: scheduledAt };
}`;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

await using skerry = await createSkerry();
const operator = createClient({ fetch: skerry.fetchAs({ operator: true }) });
await operator.tenants.create({ id: "acme", name: "Acme" });
const acme = createClient({ fetch: skerry.fetchAs({ tenant: "acme" }) });

const daily = { cron: "0 9 * * MON-FRI", timezone: "Europe/Paris" };
const { runs } = await acme.schedules.preview(daily);
say(`the next of ${runs.length} reports would be made at ${runs[0]}`);

const settings = { ...daily, cron: "* * * * * *" };
await acme.scripts.create({ name: "report", type: "scheduled", source: REPORT, settings });

/** What a report is about: the time since the one before. */
type Period = { readonly from: string | null; readonly to: string };

async function awaitReports(): Promise<Period[]> {
  for (;;) {
    const periods: Period[] = [];
    for await (const { output } of acme.executions.list({ trigger: "cron", status: "completed" })) {
      periods.unshift(output as Period);
    }
    if (periods.length >= 2) return periods;
    await sleep(100);
  }
}

const [first, second] = await awaitReports();
await acme.scripts.update("report", { status: "paused" });
// Each report begins where the one before ended, so nothing is left out.
assert.equal(first?.from, null);
assert.equal(second?.from, first?.to);
say("made two reports, and paused");
