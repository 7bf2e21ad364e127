import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Frame, FrameDecoder, FrameKind, encodeFrame } from "./frame.ts";

const CAP_BYTES = 1024;

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const frames = fc.array(
  fc.record({
    kind: fc.constantFrom(...Object.values(FrameKind)),
    execution: u32,
    call: u32,
    parts: fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 4 }),
  }),
  { maxLength: 8 },
);

function decodeAll(decoder: FrameDecoder, chunks: readonly Buffer[]): Frame[] {
  return chunks.flatMap((chunk) => [...decoder.push(chunk)]);
}

/** Cuts bytes into pieces of the given sizes, over and over. */
function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const size = sizes[chunks.length % sizes.length] as number;
    chunks.push(bytes.subarray(offset, offset + size));
    offset += size;
  }
  return chunks;
}

describe("frames", () => {
  test("come out as they went in, however the stream is cut", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(frames, sizes, (sent, pieces) => {
        const bytes = Buffer.concat(
          sent.map(({ kind, execution, call, parts }) => encodeFrame(kind, execution, call, parts)),
        );
        const received = decodeAll(new FrameDecoder(CAP_BYTES), cut(bytes, pieces));
        expect(received).toEqual(
          sent.map((frame) => ({ ...frame, parts: frame.parts.map((part) => Buffer.from(part)) })),
        );
      }),
    );
  });

  test("carry text as UTF-8", () => {
    const texts = ["", "é€😀", "\0"];
    const [frame] = decodeAll(new FrameDecoder(CAP_BYTES), [encodeFrame(FrameKind.Log, 1, 2, texts)]);
    expect(frame?.parts.map(String)).toEqual(texts);
  });

  test("an oversized one is refused as soon as its length is known, byte by byte too", () => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(CAP_BYTES + 1);
    const decoder = new FrameDecoder(CAP_BYTES);
    expect(decodeAll(decoder, [length.subarray(0, 1), length.subarray(1, 3)])).toEqual([]);
    expect(() => decodeAll(decoder, [length.subarray(3)])).toThrow(
      `frame of ${CAP_BYTES + 1} bytes is over the cap of ${CAP_BYTES}`,
    );
  });

  test("one of exactly the cap passes, and good ones before a bad one are given", () => {
    const largest = encodeFrame(FrameKind.Log, 1, 0, [Buffer.alloc(CAP_BYTES - 14)]);
    const received: Frame[] = [];
    expect(() => {
      const bytes = Buffer.concat([largest, Buffer.from([0xff, 0xff, 0xff, 0xff])]);
      for (const frame of new FrameDecoder(CAP_BYTES).push(bytes)) received.push(frame);
    }).toThrow("over the cap");
    expect(received).toHaveLength(1);
  });

  const valid = encodeFrame(FrameKind.Log, 1, 0, ["abc"]);
  test.each([
    ["has no room for its header", Buffer.from([9, 0, 0, 0])],
    ["has 5 parts", patch(valid, 5, 5)],
    ["ends inside a part's length", patch(valid, 5, 2)],
    ["ends inside a part", patch(valid, 14, 4)],
    ["ends inside a part", patch(valid, 17, 0xff)],
    ["has bytes after its last part", patch(valid, 14, 2)],
    ["has bytes after its last part", patch(valid, 5, 0)],
  ])("one that %s is refused", (message, bytes) => {
    expect(() => decodeAll(new FrameDecoder(CAP_BYTES), [bytes])).toThrow(message);
  });
});

function patch(bytes: Buffer, at: number, value: number): Buffer {
  const patched = Buffer.from(bytes);
  patched[at] = value;
  return patched;
}
