import { once } from "node:events";
import { type AddressInfo, type Socket, connect, createServer } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { Channel, type ChannelOptions } from "./channel.ts";
import { type Frame, FrameKind, encodeFrame } from "./frame.ts";

/** A channel over a real connection, and the bare socket at its other end. */
async function openChannel(options: Partial<ChannelOptions> = {}) {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const peer = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [socket] = (await once(server, "connection")) as [Socket];
  server.close();
  onTestFinished(() => {
    peer.destroy();
    socket.destroy();
  });
  const frames: Frame[] = [];
  const onViolation = vi.fn<(reason: string) => void>();
  const onClose = vi.fn<() => void>();
  const channel = new Channel(socket, {
    maxFrameBytes: 1_000,
    maxUnreadBytes: 1_000_000,
    onFrame: (frame) => void frames.push(frame),
    onViolation,
    onClose,
    ...options,
  });
  return { channel, peer, frames, onViolation, onClose };
}

const ping = encodeFrame(FrameKind.Ping, 0, 0, []);

describe("a channel", () => {
  test("sends the frames of one turn in one write", async () => {
    const { channel, peer } = await openChannel();
    const chunks: Buffer[] = [];
    peer.on("data", (chunk: Buffer) => chunks.push(chunk));
    for (let count = 0; count < 50; count++) channel.send(FrameKind.Ping);
    await vi.waitFor(() => expect(Buffer.concat(chunks)).toEqual(Buffer.concat(Array(50).fill(ping))));
    expect(chunks).toHaveLength(1);
  });

  test("sends frames of any size whole and in order", async () => {
    const { channel, peer } = await openChannel();
    const chunks: Buffer[] = [];
    peer.on("data", (chunk: Buffer) => chunks.push(chunk));
    const parts = [1, 100_000, 0, 300_000, 5].map((size, index) => Buffer.alloc(size, index));
    for (const part of parts) channel.send(FrameKind.Log, 0, 0, [part]);
    const expected = Buffer.concat(parts.map((part) => encodeFrame(FrameKind.Log, 0, 0, [part])));
    await vi.waitFor(() => expect(Buffer.concat(chunks)).toHaveLength(expected.length));
    expect(Buffer.concat(chunks).equals(expected)).toBe(true);
  });

  test("ends with the first broken frame and hears nothing after it", async () => {
    const { peer, frames, onViolation, onClose, channel } = await openChannel();
    peer.on("error", () => {});
    peer.write(Buffer.concat([ping, Buffer.from([0xff, 0xff, 0xff, 0x7f]), ping]));
    await vi.waitFor(() => expect(onClose).toHaveBeenCalledOnce());
    expect(frames).toHaveLength(1);
    expect(onViolation.mock.calls).toEqual([[expect.stringContaining("over the cap of 1000")]]);
    expect(() => channel.send(FrameKind.Ping)).not.toThrow();
  });

  test("takes a peer that does not read as a violation, and keeps no more than the cap for it", async () => {
    const { channel, peer, onViolation, onClose } = await openChannel();
    peer.pause();
    const part = Buffer.alloc(64 * 1024);
    for (let count = 0; count < 1_000; count++) channel.send(FrameKind.Log, 0, 0, [part]);
    expect(onViolation.mock.calls).toEqual([["more than 1000000 bytes wait unread"]]);
    await vi.waitFor(() => expect(onClose).toHaveBeenCalledOnce());
  });

  test("reads nothing for as long as its pace says, and everything after that", async () => {
    const times: number[] = [];
    const { peer } = await openChannel({
      onFrame: () => void times.push(performance.now()),
      pace: (bytes) => bytes * 10,
    });
    peer.write(ping);
    await vi.waitFor(() => expect(times).toHaveLength(1));
    peer.write(ping);
    await vi.waitFor(() => expect(times).toHaveLength(2));
    const [first = NaN, second = NaN] = times;
    // Timers may fire up to a millisecond early.
    expect(second - first).toBeGreaterThanOrEqual(ping.length * 10 - 1);
  });

  test("that rests can be closed", async () => {
    const { channel, peer, frames, onClose } = await openChannel({ pace: () => 60_000 });
    peer.write(ping);
    await vi.waitFor(() => expect(frames).toHaveLength(1));
    channel.close();
    await vi.waitFor(() => expect(onClose).toHaveBeenCalledOnce());
  });

  test("gives no further frame of a chunk to a reader that closed it", async () => {
    const seen: number[] = [];
    const opened = await openChannel({
      onFrame: ({ kind }) => {
        seen.push(kind);
        opened.channel.close();
      },
    });
    opened.peer.write(Buffer.concat([ping, ping]));
    await vi.waitFor(() => expect(opened.onClose).toHaveBeenCalledOnce());
    expect(seen).toEqual([FrameKind.Ping]);
    expect(opened.onViolation).not.toHaveBeenCalled();
  });

  test("closes quietly when the other side is reset", async () => {
    const { channel, peer, onClose, onViolation } = await openChannel();
    peer.resetAndDestroy();
    await vi.waitFor(() => expect(onClose).toHaveBeenCalledOnce());
    channel.send(FrameKind.Ping);
    expect(onViolation).not.toHaveBeenCalled();
  });
});
