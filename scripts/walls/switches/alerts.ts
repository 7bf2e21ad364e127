import type { WallSwitch } from "../wall-switch.ts";

const ALERTS = "packages/server/src/alerts";
const TESTS = `${ALERTS}/alerts.test.ts`;
const MAIL_TESTS = `${ALERTS}/mailer.test.ts`;
const WEBHOOK_TESTS = `${ALERTS}/webhook.test.ts`;

/** What Skerry itself sends to addresses that tenants chose. */
export const ALERT_SWITCHES: readonly WallSwitch[] = [
  {
    wall: "egress",
    what: "webhooks go where scripts may send requests, and nowhere else",
    file: `${ALERTS}/webhook.ts`,
    find: "createHttpSender({ ...egress, ",
    replace: 'createHttpSender({ ...egress, allow: () => [{ host: "localhost" }], ',
    tests: [WEBHOOK_TESTS, "this machine by name is refused"],
  },
  {
    wall: "egress",
    what: "a webhook is not led elsewhere by a redirect",
    file: `${ALERTS}/webhook.ts`,
    find: 'redirect: "error",',
    replace: 'redirect: "manual",',
    tests: [WEBHOOK_TESTS, "an answer decides"],
  },
  {
    wall: "capabilities",
    what: "a webhook is no way around a plan without requests",
    file: `${ALERTS}/webhook.ts`,
    find: 'if (isGranted(await capabilitiesOf(tenantId), "http.request")) return;',
    replace: "if (capabilitiesOf !== undefined) return;",
    tests: [WEBHOOK_TESTS, "sends none this way"],
  },
  {
    wall: "capabilities",
    what: "alerts tell no values of secrets",
    file: `${ALERTS}/delivery.ts`,
    find: "JSON.parse(vault.redact(tenantId, JSON.stringify(alert)))",
    replace: "JSON.parse(JSON.stringify(alert))",
    tests: [TESTS, "without secrets and stacks"],
  },
  {
    wall: "rest",
    what: "a mail's lines are Skerry's own",
    file: `${ALERTS}/mail-text.ts`,
    find: 'text.replace(INVISIBLE, " ")',
    replace: "text",
    tests: [MAIL_TESTS, "gets no headers and no lines"],
  },
  {
    wall: "rest",
    what: "an address of a mail is one address",
    file: `${ALERTS}/settings.ts`,
    find: '.regex(MAIL_ADDRESS, "must be an e-mail address such as ops@example.com")',
    replace: "",
    tests: [TESTS, "settings > with two addresses in one"],
  },
  {
    wall: "rest",
    what: "a script sends one message in a window",
    file: `${ALERTS}/repository.ts`,
    find: "then 0 else present.left_out + 1 end",
    replace: "then 0 else 0 end",
    tests: [TESTS, "come once in a window"],
  },
  {
    wall: "rest",
    what: "a circle of events and alerts ends",
    file: `${ALERTS}/delivery.ts`,
    find: "if (depth > MAX_EVENT_DEPTH) return;",
    replace: "",
    tests: [TESTS, "a circle of events and alerts ends"],
  },
];
