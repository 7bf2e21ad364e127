import { ask } from "../chaos/rest.ts";
import type { RestAddress } from "../chaos/rest.ts";

export const TENANT = "acme";
/** Answers at once; takes its time, so that there always is one under way; is called out of the host's work. */
export const ENDPOINT = "served";
export const SLOW_ENDPOINT = "served-slowly";
export const EMBEDDED = "price";
export const ONE_OFF = "by-hand";
export const SUBSCRIBER = "on-order";
export const SCHEDULE = "each-second";
/** Logs a line every tenth of a second, and is listened to. */
export const TALKER = "talker";

export const EVENT_TYPE = "order.created";
export const TALKER_LINES = 60;
const SLOW_MS = 400;
const TALKER_PAUSE_MS = 100;

const PAUSE = "const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));";

const SCRIPTS: readonly object[] = [
  { name: ENDPOINT, type: "http", source: `export default () => "${ENDPOINT}";` },
  {
    name: SLOW_ENDPOINT,
    type: "http",
    source: `${PAUSE} export default async () => { await pause(${SLOW_MS}); return "${SLOW_ENDPOINT}"; };`,
  },
  { name: EMBEDDED, type: "embedded", source: "export default ({ amount }) => amount * 2;" },
  { name: ONE_OFF, type: "oneoff", source: "export default ({ amount }) => amount + 1;" },
  {
    name: SUBSCRIBER,
    type: "event",
    source: `${PAUSE} export default async () => await pause(150);`,
    settings: { events: [EVENT_TYPE] },
  },
  {
    name: SCHEDULE,
    type: "scheduled",
    source: `${PAUSE} export default async (input, ctx) => { await pause(1_500); return ctx.trigger.scheduledAt; };`,
    settings: { cron: "* * * * * *", misfire: "all", overlap: "allow" },
  },
  {
    name: TALKER,
    type: "oneoff",
    source: `${PAUSE} export default async (input, ctx) => {
      for (let line = 0; line < ${TALKER_LINES}; line++) {
        ctx.log.info("line " + line);
        await pause(${TALKER_PAUSE_MS});
      }
    };`,
  },
];

/** Makes the tenant with its scripts. @returns the tenant's key. */
export async function prepareWorkload(operator: RestAddress): Promise<string> {
  const tenant = { id: TENANT, name: TENANT };
  const { apiKey } = await ask<{ readonly apiKey: string }>(operator, "POST", "/api/v1/tenants", tenant);
  for (const script of SCRIPTS) {
    await ask({ url: operator.url, key: apiKey }, "POST", "/api/v1/scripts", script);
  }
  return apiKey;
}

/** No tick is made any more when this resolves. */
export async function pauseSchedule(tenant: RestAddress): Promise<void> {
  await ask(tenant, "PATCH", `/api/v1/scripts/${SCHEDULE}`, { status: "paused" });
}
