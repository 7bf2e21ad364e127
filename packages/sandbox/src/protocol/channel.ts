import type { Duplex } from "node:stream";
import { type Frame, FrameDecoder, FrameError, type FrameKind, encodeFrame } from "./frame.ts";

/** Copying so much is cheaper than handing the frames to the system one by one. */
const MAX_JOINED_BYTES = 64 * 1024;

export interface ChannelOptions {
  /** Largest frame that the other side may send, in bytes. */
  readonly maxFrameBytes: number;
  /** Most bytes that may wait for the other side to read them; more is taken as its failure. */
  readonly maxUnreadBytes: number;
  readonly onFrame: (frame: Frame) => void;
  /** Told of the bytes that came; gives the ms until more are to be read. Default: none. */
  readonly pace?: (bytes: number) => number;
  /** The other side broke the protocol or does not read. Called once; the channel is closed by then. */
  readonly onViolation: (reason: string) => void;
  /** The other side closed, or is gone. */
  readonly onClose?: (() => void) | undefined;
}

/** Frames over a duplex stream. Frames sent in one turn of the event loop leave in one write. */
export class Channel {
  readonly #stream: Duplex;
  readonly #options: ChannelOptions;
  /** Of this turn of the event loop. */
  #unsent: Buffer[] = [];
  #unsentBytes = 0;
  #closed = false;
  #resumeTimer: NodeJS.Timeout | undefined;

  constructor(stream: Duplex, options: ChannelOptions) {
    this.#stream = stream;
    this.#options = options;
    const decoder = new FrameDecoder(options.maxFrameBytes);
    stream.on("data", (chunk: Buffer) => {
      if (this.#closed) return;
      try {
        for (const frame of decoder.push(chunk)) {
          options.onFrame(frame);
          // A frame may have made its reader close the channel.
          if (this.#closed) return;
        }
      } catch (error) {
        if (!(error instanceof FrameError)) throw error;
        this.#violate(error.message);
      }
      this.#rest(options.pace?.(chunk.length) ?? 0);
    });
    // A close always follows; the error event only must not be unhandled.
    stream.on("error", () => this.close());
    stream.on("close", () => options.onClose?.());
  }

  send(kind: FrameKind, execution = 0, call = 0, parts: ReadonlyArray<string | Uint8Array> = []): void {
    if (this.#closed) return;
    // The check phase follows at once on the one that input is handled in, after all of that input.
    if (this.#unsent.length === 0) setImmediate(() => this.#flush());
    const frame = encodeFrame(kind, execution, call, parts);
    this.#unsent.push(frame);
    this.#unsentBytes += frame.length;
    if (this.#stream.writableLength + this.#unsentBytes > this.#options.maxUnreadBytes) {
      this.#violate(`more than ${this.#options.maxUnreadBytes} bytes wait unread`);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#resumeTimer);
    this.#stream.destroy();
  }

  #flush(): void {
    const frames = this.#unsent;
    const bytes = this.#unsentBytes;
    this.#unsent = [];
    this.#unsentBytes = 0;
    if (this.#closed) return;
    if (bytes <= MAX_JOINED_BYTES) {
      this.#stream.write(frames.length === 1 ? frames[0] : Buffer.concat(frames, bytes));
      return;
    }
    this.#stream.cork();
    for (const frame of frames) this.#stream.write(frame);
    this.#stream.uncork();
  }

  /** Reads nothing for a while. What has been read by then is passed on before. */
  #rest(ms: number): void {
    if (ms <= 0 || this.#closed) return;
    this.#stream.pause();
    this.#resumeTimer = setTimeout(() => this.#stream.resume(), ms);
  }

  #violate(reason: string): void {
    if (this.#closed) return;
    this.close();
    this.#options.onViolation(reason);
  }
}
