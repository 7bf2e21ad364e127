import fc from "fast-check";
import { expect, test } from "vitest";
import { BridgeFrameKind, BridgeFrameReader, encodeBridgeFrame } from "./wire.ts";

const MAX_FRAME_BYTES = 1_000_000;

test("frames come out as they went in, however the bytes are cut", () => {
  const frame = fc.record({
    kind: fc.constantFrom(...Object.values(BridgeFrameKind)),
    number: fc.nat(2 ** 32 - 1),
    text: fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.nat(100_000).map((length) => "é".repeat(length)),
    ),
  });
  fc.assert(
    fc.property(fc.array(frame), fc.array(fc.integer({ min: 1, max: 70_000 })), (frames, cuts) => {
      const bytes = Buffer.concat(
        frames.map(({ kind, text, number }) => Buffer.from(encodeBridgeFrame(kind, text, number))),
      );
      const reader = new BridgeFrameReader(MAX_FRAME_BYTES);
      const seen = [];
      for (let offset = 0; offset < bytes.length;) {
        const end = offset + (cuts.shift() ?? bytes.length);
        reader.push(bytes.subarray(offset, end));
        for (let next = reader.take(); next; next = reader.take()) seen.push(next);
        offset = end;
      }
      expect(seen).toEqual(frames);
    }),
    { numRuns: 50 },
  );
});

test("a length out of bounds is refused before anything follows it", () => {
  for (const length of [0, 4, MAX_FRAME_BYTES + 1, 2 ** 32 - 1]) {
    const reader = new BridgeFrameReader(MAX_FRAME_BYTES);
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(length);
    reader.push(bytes);
    expect(() => reader.take()).toThrow(`frame of ${length} bytes`);
  }
});
