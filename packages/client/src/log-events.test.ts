import { describe, expect, test } from "vitest";
import { connect, failureOf, hangUp, refuse } from "../test/scripted-server.ts";
import type { Reply } from "../test/scripted-server.ts";

describe("followed logs", () => {
  const line = (seq: number): string =>
    `event: log\nid: ${seq}\ndata: ${JSON.stringify({ seq, level: "info", time: "", message: `é ${seq}`, fields: null })}\n\n`;
  const stream =
    (chunks: readonly (string | Uint8Array)[], conclude: Reply = (response) => response.end()): Reply =>
    (response, request) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const chunk of chunks.slice(0, -1)) response.write(chunk);
      response.write(chunks.at(-1) ?? "", () => conclude(response, request));
    };
  const END = 'event: end\ndata: {"status":"completed"}\n\n';

  async function collect(events: AsyncIterable<unknown>): Promise<unknown[]> {
    const collected: unknown[] = [];
    for await (const event of events) collected.push(event);
    return collected;
  }

  test("go on after the last line when a connection breaks or ends, and end with the status", async () => {
    const { client, seen } = await connect([
      stream([`retry: 1\n\n: still running\n\n${line(0)}${line(1)}event: log\nid: 2\nda`], hangUp),
      stream([line(2)]),
      stream([line(3).replaceAll("\n", "\r\n"), `event: unknown\ndata: {}\n\n${END}`, "never read"]),
    ]);
    const events = await collect(client.executions.follow("e1"));
    expect(events.map((event) => (event as { line?: { seq: number } }).line?.seq)).toEqual([
      0,
      1,
      2,
      3,
      undefined,
    ]);
    expect(events.at(-1)).toEqual({ type: "end", status: "completed" });
    expect(seen.map(({ headers }) => headers["last-event-id"])).toEqual([undefined, "1", "2"]);
    expect(seen[0]?.headers.accept).toBe("text/event-stream");
  });

  test("arrive whole however they are cut", async () => {
    const bytes = Buffer.from(`${line(0)}${END}`);
    const chunks = Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
    const { client } = await connect([stream(chunks)]);
    expect(await collect(client.executions.follow("e1", { after: 7 }))).toMatchObject([
      { line: { message: "é 0" } },
      { type: "end" },
    ]);
  });

  test("close the connection when nobody listens any more", async () => {
    let closed = false;
    const { client } = await connect([
      stream([line(0)], (response) => response.once("close", () => (closed = true))),
    ]);
    for await (const event of client.executions.follow("e1")) {
      expect(event.type).toBe("log");
      break;
    }
    await expect.poll(() => closed).toBe(true);
  });

  test("end with the error of an execution that is not there, and with a signal's reason", async () => {
    const { client } = await connect([refuse(404, "EXECUTION_NOT_FOUND")]);
    expect(await failureOf(collect(client.executions.follow("e1")))).toMatchObject({
      code: "EXECUTION_NOT_FOUND",
    });

    const silent = await connect([stream([line(0)], () => {})]);
    const controller = new AbortController();
    const following = silent.client.executions.follow("e1", { signal: controller.signal });
    expect(await following.next()).toMatchObject({ value: { type: "log" } });
    const next = following.next();
    controller.abort("enough");
    await expect(next).rejects.toBe("enough");
  });
});
