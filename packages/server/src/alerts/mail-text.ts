import type { Alert } from "./alert.ts";

const MAX_SUBJECT_LENGTH = 200;
const MAX_MESSAGE_LENGTH = 1_000;

/** Breaks of lines, and what else moves text or hides in it. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** What a mail says of an alert. */
export interface MailText {
  readonly subject: string;
  readonly text: string;
}

/** Every value takes one line, so that none can look like something that Skerry says. */
export function writeMail(tenantId: string, alert: Alert): MailText {
  const { script, version, error, event, trigger, attempts, at, executionId, executionUrl, leftOut } = alert;
  const name = toLine(script, MAX_SUBJECT_LENGTH);
  const cause = event === null ? trigger : `event ${toLine(event.type, MAX_SUBJECT_LENGTH)} (${event.id})`;
  const lines = [
    `The script ${name} of ${tenantId} failed, and is not tried again.`,
    "",
    `Error:      ${toLine(error.code, MAX_SUBJECT_LENGTH)}`,
    `            ${toLine(error.message, MAX_MESSAGE_LENGTH)}`,
    `Trigger:    ${cause}`,
    `Attempts:   ${attempts}`,
    `Version:    ${version}`,
    `Time:       ${at}`,
    `Execution:  ${executionUrl ?? executionId}`,
    ...(leftOut === 0 ? [] : ["", `Failures that were not told of since the last message: ${leftOut}`]),
    "",
  ];
  return { subject: `${name} failed: ${toLine(error.code, MAX_SUBJECT_LENGTH)}`, text: lines.join("\n") };
}

function toLine(text: string, maxLength: number): string {
  return text.replace(INVISIBLE, " ").slice(0, maxLength).toWellFormed();
}
