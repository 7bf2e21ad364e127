/**
 * A node as a host starts it, configured by the environment as `skerry start` is: `node.ts RECEIVER_URL`. Scripts have one
 * service, which tells the receiver that they ran. Prints its address, and ends in order at SIGTERM.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { createSkerry, defineService } from "../../src/index.ts";
import { endWithParent } from "./child.ts";
import type { Run } from "./journal.ts";

endWithParent();
const [receiverUrl = ""] = process.argv.slice(2);

const report = defineService({
  name: "journal.report",
  input: z.strictObject({
    attempt: z.int(),
    token: z.string().nullable(),
    eventId: z.string().nullable(),
    scheduledAt: z.string().nullable(),
  }),
  output: z.null(),
  async handler(told, { tenant, script, executionId, signal }) {
    const run: Omit<Run, "at"> = { ...told, tenant, script: script.name, executionId };
    const response = await fetch(receiverUrl, { method: "POST", body: JSON.stringify(run), signal });
    if (!response.ok) throw new Error(`The receiver answered ${response.status}.`);
    return null;
  },
});

const skerry = await createSkerry({ services: [report] });
const server = createServer((request, response) => skerry.handler(request, response));
server.listen(0, "127.0.0.1");
await once(server, "listening");
process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);

await once(process, "SIGTERM");
server.close();
await skerry.close();
server.closeAllConnections();
