import type { ChildProcess } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHANNEL_FD, FURTHER_FD } from "../../protocol/boot.ts";
import { type SpawnOptions, composeProgram, spawnJailed, spawnRunner } from "../../supervisor/spawn.ts";
import { createFifos } from "./fifos.ts";
import { type Descriptors, Line } from "./line.ts";
import { type BridgeFrameKind, type BridgeFrameReader, encodeBridgeFrame } from "./wire.ts";

const MAX_ERROR_BYTES = 4_096;

/** How a bridge talks to its runner process. */
export interface Transport {
  readonly child: ChildProcess;
  /** @throws Error when nobody reads any more. */
  send(kind: BridgeFrameKind, text: string, number?: number): void;
  /** Whether {@link receive} works. */
  readonly isSynchronous: boolean;
  /** Waits until bytes come. Returns whether any came before the end. */
  receive(reader: BridgeFrameReader): boolean;
  /** Says what comes while nobody waits in {@link receive}. */
  listen(onBytes: (bytes: Uint8Array) => void, onEnd: () => void): void;
  /** What the process wrote to its standard error, cut to some kilobytes. */
  readErrors(): string;
  /** Lets go of every descriptor. Idempotent. */
  close(): void;
}

/** Starts a runner that is reached over FIFOs, without a turn of the event loop. */
export function launchOverFifos(options: SpawnOptions): Transport {
  const [down, up, errors] = createFifos(3) as [Fifo, Fifo, Fifo];
  const descriptors = { read: CHANNEL_FD, readNow: FURTHER_FD, write: FURTHER_FD + 1 };
  const program = openText(composeProgram({ ...options, boot: { ...options.boot, descriptors } }));
  try {
    const child = spawnJailed(options, {
      program,
      errors: errors.write,
      channel: down.read,
      further: [down.readNow, up.write],
    });
    return new FifoTransport(child, { ...up, write: down.write }, errors.readNow);
  } catch (error) {
    closeAll(down.write, up.read, up.readNow, errors.readNow);
    throw error;
  } finally {
    // The ends of the other side: as long as one were open here, its death would not be the end of the stream.
    closeAll(program, down.read, down.readNow, up.write, errors.read, errors.write);
  }
}

type Fifo = ReturnType<typeof createFifos>[number];

class FifoTransport implements Transport {
  readonly isSynchronous = true;
  readonly child: ChildProcess;
  readonly #descriptors: Required<Descriptors>;
  readonly #line: Line;
  readonly #errors: number;
  readonly #socket: Socket;
  #isClosed = false;

  constructor(child: ChildProcess, descriptors: Required<Descriptors>, errors: number) {
    this.child = child;
    this.#descriptors = descriptors;
    this.#line = new Line(descriptors);
    this.#errors = errors;
    this.#socket = new Socket({ fd: descriptors.readNow, readable: true, writable: false });
    this.#socket.on("error", () => {});
  }

  send(kind: BridgeFrameKind, text: string, number?: number): void {
    this.#line.send(kind, text, number);
  }

  receive(reader: BridgeFrameReader): boolean {
    return this.#line.receive(reader);
  }

  listen(onBytes: (bytes: Uint8Array) => void, onEnd: () => void): void {
    this.#socket.on("data", onBytes).once("close", onEnd);
  }

  readErrors(): string {
    const bytes = Buffer.alloc(MAX_ERROR_BYTES);
    try {
      return bytes.toString("utf8", 0, readSync(this.#errors, bytes));
    } catch {
      return "";
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // It owns `readNow`.
    this.#socket.destroy();
    closeAll(this.#descriptors.read, this.#descriptors.write, this.#errors);
  }
}

/** Starts a runner that is reached over a socket, by the event loop alone; works on every system. */
export function launchOverSocket(options: SpawnOptions): Transport {
  const descriptors = { read: CHANNEL_FD, write: CHANNEL_FD };
  return new SocketTransport(spawnRunner({ ...options, boot: { ...options.boot, descriptors } }));
}

class SocketTransport implements Transport {
  readonly isSynchronous = false;
  readonly child: ChildProcess;
  readonly #socket: ReturnType<typeof spawnRunner>["socket"];
  #errors = "";

  constructor({ child, socket }: ReturnType<typeof spawnRunner>) {
    this.child = child;
    this.#socket = socket;
    socket.on("error", () => {});
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#errors = (this.#errors + text).slice(-MAX_ERROR_BYTES);
    });
  }

  send(kind: BridgeFrameKind, text: string, number?: number): void {
    this.#socket.write(Buffer.from(encodeBridgeFrame(kind, text, number)));
  }

  receive(): boolean {
    throw new Error("a socket is read by the event loop");
  }

  listen(onBytes: (bytes: Uint8Array) => void, onEnd: () => void): void {
    this.#socket.on("data", onBytes);
    // By then everything that it wrote has been read.
    this.child.once("close", onEnd);
  }

  readErrors(): string {
    return this.#errors;
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** A descriptor to read a text from, of a file that has no name any more. */
function openText(text: string): number {
  const folder = mkdtempSync(join(tmpdir(), "skerry-"));
  try {
    const path = join(folder, "program");
    writeFileSync(path, text);
    return openSync(path, "r");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function closeAll(...descriptors: readonly number[]): void {
  for (const descriptor of descriptors) closeSync(descriptor);
}
