import { createTransport } from "nodemailer";
import type { Logger } from "pino";
import { FinalError, RetryableError } from "../jobs/errors.ts";
import type { AlertErrorCode } from "./errors.ts";

/** How e-mail leaves the installation. */
export interface MailOptions {
  /** `smtp://user:password@host:587` or `smtps://…`. */
  readonly smtpUrl: string;
  /** The sender's address. */
  readonly from: string;
}

export interface Mail {
  /** The same each time that it is sent. */
  readonly id: string;
  readonly at: Date;
  /** One address. */
  readonly to: string;
  /** One line. */
  readonly subject: string;
  readonly text: string;
}

/** Hands messages to the mail server that the operator named. */
export interface Mailer {
  /**
   * Resolves when the server has taken the message.
   *
   * @throws FinalError `MAIL_REFUSED` when trying again is of no use; RetryableError `MAIL_FAILED` otherwise. Neither
   * tells the tenant anything of the server.
   */
  send(mail: Mail, signal: AbortSignal): Promise<void>;
}

const CONNECT_MS = 10_000;
const SILENCE_MS = 20_000;

export function createMailer({ smtpUrl, from }: MailOptions, logger: Logger): Mailer {
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = from.slice(from.lastIndexOf("@") + 1);

  return {
    async send({ id, at, to, subject, text }, signal) {
      try {
        await transport.sendMail({
          // As objects, addresses are not parsed: each is one, whatever is in it.
          from: { name: "Skerry", address: from },
          to: { name: "", address: to },
          messageId: `<${id}@${domain}>`,
          date: at,
          subject,
          text,
          // RFC 3834: nobody's absence shall be answered to it.
          headers: { "Auto-Submitted": "auto-generated" },
          signal,
        });
      } catch (error) {
        logger.warn({ err: error, mail: id }, "the mail server did not take a message");
        throw explainFailure(error, to);
      }
    },
  };
}

/** Codes of nodemailer for what the server said of the message; others are about the server. */
const ABOUT_MESSAGE: ReadonlySet<string> = new Set(["EENVELOPE", "EMESSAGE"]);

function explainFailure(error: unknown, to: string): Error {
  const { code = "", responseCode = 0 } = error as { code?: string; responseCode?: number };
  // RFC 5321 section 4.2.1: 5yz is for good.
  if (ABOUT_MESSAGE.has(code) && responseCode >= 500) {
    const refused: AlertErrorCode = "MAIL_REFUSED";
    return new FinalError(`The mail server refused the message to ${to} (${responseCode}).`, {
      code: refused,
    });
  }
  const failed: AlertErrorCode = "MAIL_FAILED";
  return new RetryableError(`The message to ${to} could not be handed to the mail server.`, { code: failed });
}
