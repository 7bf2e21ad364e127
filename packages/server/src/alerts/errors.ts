/** Every code by which the delivery of an alert can fail, beside those of `http.request` and of secrets. */
export const ALERT_ERRORS = {
  WEBHOOK_STATUS: {
    kind: "user",
    help: "The receiver of a webhook did not answer with a status from 200 to 299. It is told again for about half an hour, unless it answered 410.",
  },
  MAIL_NOT_CONFIGURED: {
    kind: "system",
    help: "A script asks for e-mail, and the node that was to send it has none. Set `SMTP_URL` and `SKERRY_MAIL_FROM` for all nodes.",
  },
  MAIL_REFUSED: {
    kind: "user",
    help: "The mail server refused the message for good. Usually the address does not exist.",
  },
  MAIL_FAILED: {
    kind: "system",
    help: "The mail server could not be reached, did not take the credentials of `SMTP_URL`, or asked to try again later. The log of the node has its answer.",
  },
} as const satisfies Record<string, { readonly kind: "user" | "system"; readonly help: string }>;

/** A stable code of {@link ALERT_ERRORS}. */
export type AlertErrorCode = keyof typeof ALERT_ERRORS;
