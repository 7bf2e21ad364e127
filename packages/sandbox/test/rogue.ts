/** Takes a runner's place in tests and says to the supervisor what no runner would. */
import { Socket } from "node:net";
import { CHANNEL_FD } from "../src/protocol/boot.ts";
import { Channel } from "../src/protocol/channel.ts";
import { FrameKind } from "../src/protocol/frame.ts";

const MAX_FRAME_BYTES = 1024 * 1024;

const { boot } = globalThis as unknown as { boot: { onExecute: string } };
const socket = new Socket({ fd: CHANNEL_FD, readable: true, writable: true });
const channel = new Channel(socket, {
  maxFrameBytes: MAX_FRAME_BYTES,
  maxUnreadBytes: Infinity,
  onFrame: ({ kind, execution }) => {
    if (kind === FrameKind.Execute) onExecute(execution, send, socket, FrameKind, END);
  },
  onViolation: () => {},
});
const send = channel.send.bind(channel);
/** The head of an honest end. */
const END = '{"cpuMs":1,"memoryBytes":1}';

// oxlint-disable-next-line no-implied-eval -- the code comes from the test
const onExecute = new Function("execution", "send", "socket", "FrameKind", "END", boot.onExecute) as (
  ...args: unknown[]
) => void;

send(FrameKind.Ready);
