import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

/** A message as the server took it. */
export interface ReceivedMail {
  readonly from: string;
  /** Of the envelope: who would get it. */
  readonly to: readonly string[];
  /** As they were sent, unfolded, by their names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

/** A real SMTP server on a free port of 127.0.0.1. */
export interface MailServer extends AsyncDisposable {
  readonly url: string;
  /** Oldest first. */
  readonly received: readonly ReceivedMail[];
}

/** @param refuse answers a recipient with this status. */
export async function serveMail(
  refuse: (address: string) => number | undefined = () => undefined,
): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS", "AUTH"],
    onRcptTo({ address }, _session, callback) {
      const status = refuse(address);
      callback(
        status === undefined
          ? null
          : Object.assign(new Error("mailbox of 10.1.2.3"), { responseCode: status }),
      );
    },
    onData(stream, { envelope: { mailFrom, rcptTo } }, callback) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const from = mailFrom === false ? "" : mailFrom.address;
        const to = rcptTo.map(({ address }) => address);
        received.push({ from, to, ...parseMail(Buffer.concat(chunks).toString()) });
        callback(null);
      });
    },
  });
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    async [Symbol.asyncDispose]() {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      await promise;
    },
  };
}

/** RFC 5322: headers end with the first empty line, and go on in lines that begin with white space. */
function parseMail(source: string): Pick<ReceivedMail, "headers" | "text"> {
  const end = source.indexOf("\r\n\r\n");
  const lines = source
    .slice(0, end)
    .replaceAll(/\r\n[ \t]+/g, " ")
    .split("\r\n");
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  return { headers, text: source.slice(end + 4) };
}
