import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TextDecoder as GuestDecoder, TextEncoder as GuestEncoder } from "./text-encoding.ts";

/** Bytes around every border of UTF-8, so that random input is often nearly valid. */
const LIKELY_BYTES = [
  0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbb, 0xbf, 0xc0, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf1,
  0xf4, 0xf5, 0xff,
];
const byte = fc.oneof(fc.constantFrom(...LIKELY_BYTES), fc.nat(255));
const anyBytes = fc.array(byte, { maxLength: 24 }).map((bytes) => Uint8Array.from(bytes));
const anyText = fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)), maxLength: 40 });

describe("TextDecoder", () => {
  test("decodes chunk by chunk as Node does, with every option", () => {
    fc.assert(
      fc.property(
        fc.array(anyBytes, { maxLength: 4 }),
        fc.boolean(),
        fc.boolean(),
        (chunks, fatal, ignoreBOM) => {
          const options = { fatal, ignoreBOM };
          expect(decodeAll(new GuestDecoder("utf-8", options), chunks)).toEqual(
            decodeAll(new TextDecoder("utf-8", options), chunks),
          );
        },
      ),
      { numRuns: 3_000 },
    );
  });

  test("decodes texts longer than its buffer", () => {
    const text = "\ufeffaé€😀".repeat(5_000);
    const bytes = new TextEncoder().encode(text);
    expect(new GuestDecoder().decode(bytes)).toBe(new TextDecoder().decode(bytes));
    const cut = bytes.subarray(1, bytes.length - 2);
    expect(new GuestDecoder().decode(cut)).toBe(new TextDecoder().decode(cut));
  });

  test("decodes whatever stands at the end of its buffer", () => {
    for (let length = 2_040; length < 2_056; length++) {
      const bytes = Buffer.concat([
        Buffer.from(`${"a".repeat(length)}é😀€`),
        Buffer.from([0xf0, 0x9f, 0x41, 0xe2]),
      ]);
      expect(new GuestDecoder().decode(bytes)).toBe(new TextDecoder().decode(bytes));
    }
  });

  test("starts anew after a fatal error", () => {
    const decoder = new GuestDecoder("utf8", { fatal: true });
    expect(() => decoder.decode(Uint8Array.of(0xe2, 0x41), { stream: true })).toThrow(TypeError);
    expect(decoder.decode(Uint8Array.of(0x41))).toBe("A");
  });

  test("takes buffers and views, and only labels of UTF-8", () => {
    const { buffer } = Uint8Array.of(0x41, 0x42, 0x43);
    expect(new GuestDecoder(" UTF-8\n").decode(buffer)).toBe("ABC");
    expect(new GuestDecoder("unicode-1-1-utf-8").decode(new DataView(buffer, 1))).toBe("BC");
    expect(() => new GuestDecoder("latin1")).toThrow(RangeError);
    expect(() => new GuestDecoder().decode("text" as never)).toThrow(TypeError);
  });
});

describe("TextEncoder", () => {
  test("encodes as Node does, lone surrogates included", () => {
    fc.assert(
      fc.property(anyText, fc.nat(60), (text, room) => {
        expect(new GuestEncoder().encode(text)).toEqual(new TextEncoder().encode(text));
        const [ours, theirs] = [new Uint8Array(room), new Uint8Array(room)];
        const result = new GuestEncoder().encodeInto(text, ours);
        expect(result).toEqual(new TextEncoder().encodeInto(text, theirs));
        expect(ours).toEqual(theirs);
      }),
      { numRuns: 2_000 },
    );
  });

  test("gives a buffer of exactly the bytes", () => {
    expect(new GuestEncoder().encode("aé€😀").buffer.byteLength).toBe(10);
  });
});

function decodeAll(decoder: GuestDecoder | TextDecoder, chunks: readonly Uint8Array[]): string[] {
  try {
    return [...chunks.map((chunk) => decoder.decode(chunk, { stream: true })), decoder.decode()];
  } catch (error) {
    return [(error as Error).name];
  }
}
