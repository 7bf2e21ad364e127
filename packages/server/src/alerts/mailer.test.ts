import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serveMail } from "../../test/mail-server.ts";
import type { MailServer } from "../../test/mail-server.ts";
import type { Alert } from "./alert.ts";
import { writeMail } from "./mail-text.ts";
import { createMailer } from "./mailer.ts";

const logger = pino({ level: "silent" });
const { signal } = new AbortController();

const ALERT: Alert = {
  at: "2026-11-22T10:00:00.000Z",
  scriptId: "0198aaaa-0000-7000-8000-000000000001",
  script: "nightly",
  version: 3,
  trigger: "cron",
  event: null,
  executionId: "0198aaaa-0000-7000-8000-000000000002",
  executionUrl: null,
  error: { code: "SCRIPT_ERROR", message: "no" },
  attempts: 2,
  leftOut: 0,
};

let server: MailServer;

beforeAll(async () => {
  server = await serveMail((address) => (address.startsWith("nobody") ? 550 : undefined));
});
afterAll(() => server[Symbol.asyncDispose]());

function createTestMailer(smtpUrl = server.url) {
  return createMailer({ smtpUrl, from: "skerry@example.com" }, logger);
}

describe("a mail", () => {
  test("has the same name each time, and answers itself to nobody", async () => {
    const mail = { id: "job-1", at: new Date(ALERT.at), to: "ops@example.com", ...writeMail("acme", ALERT) };
    await createTestMailer().send(mail, signal);
    const received = server.received.at(-1);
    expect(received).toMatchObject({ from: "skerry@example.com", to: ["ops@example.com"] });
    expect(Object.fromEntries(received?.headers ?? [])).toMatchObject({
      from: "Skerry <skerry@example.com>",
      to: "ops@example.com",
      subject: "nightly failed: SCRIPT_ERROR",
      "message-id": "<job-1@example.com>",
      date: "Sun, 22 Nov 2026 10:00:00 +0000",
      "auto-submitted": "auto-generated",
      "content-type": expect.stringMatching(/^text\/plain/),
    });
  });

  test("gets no headers and no lines from what it tells of", async () => {
    const broken = "x\r\nBcc: victim@example.com\r\n\r\nExecution:  http://evil.example/\u2028\u202e";
    const alert = { ...ALERT, script: broken, error: { code: broken, message: broken } };
    const { subject, text } = writeMail("acme", alert);
    expect(subject).not.toMatch(/[\r\n\u2028\u202e]/);
    expect(text.split("\n").filter((line) => /^(?:Bcc|Execution):/.test(line))).toEqual([
      `Execution:  ${ALERT.executionId}`,
    ]);
    // What would come of a subject that nobody cleaned, and of an address that nobody checked.
    const mail = { id: "job-2", at: new Date(), to: "ops@example.com", subject: broken, text: "" };
    await createTestMailer().send(mail, signal);
    expect(server.received.at(-1)?.to).toEqual(["ops@example.com"]);
    expect(server.received.at(-1)?.headers.has("bcc")).toBe(false);
    const several = { ...mail, to: "ops@example.com>, <victim@example.com" };
    await createTestMailer()
      .send(several, signal)
      .catch(() => {});
    expect(server.received.flatMap(({ to }) => to)).not.toContain("victim@example.com");
  });

  test("that is refused is not sent again, and one that cannot be sent now is", async () => {
    const mail = { id: "job-3", at: new Date(), to: "nobody@example.com", subject: "s", text: "t" };
    await expect(createTestMailer().send(mail, signal)).rejects.toMatchObject({
      name: "FinalError",
      code: "MAIL_REFUSED",
      message: "The mail server refused the message to nobody@example.com (550).",
    });
    const closed = await serveMail();
    await closed[Symbol.asyncDispose]();
    await expect(createTestMailer(closed.url).send(mail, signal)).rejects.toMatchObject({
      name: "RetryableError",
      code: "MAIL_FAILED",
      message: "The message to nobody@example.com could not be handed to the mail server.",
    });
  });
});
