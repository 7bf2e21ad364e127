import { setTimeout as sleep } from "node:timers/promises";
import type { ScheduleName } from "./evidence.ts";
import type { Receiver } from "./receiver.ts";
import { SCHEDULES, TENANTS } from "./workload.ts";

const TICK_POLL_MS = 100;

/** The schedules of all tenants. */
export function listSchedules(): readonly ScheduleName[] {
  return TENANTS.flatMap((tenant) => SCHEDULES.map((script) => ({ tenant, script })));
}

/** Until each schedule has had a tick after this moment, or the time is over: what is missing then is lost. */
export async function untilTicked({ runs }: Receiver, moment: number, mostMs: number): Promise<void> {
  const deadline = Date.now() + mostMs;
  const hasTicked = ({ tenant, script }: ScheduleName): boolean =>
    runs.some(
      (run) => run.tenant === tenant && run.script === script && Date.parse(run.scheduledAt ?? "") > moment,
    );
  while (!listSchedules().every(hasTicked) && Date.now() < deadline) await sleep(TICK_POLL_MS);
}
