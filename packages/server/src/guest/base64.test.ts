import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { atob as guestAtob, btoa as guestBtoa } from "./base64.ts";

const latin1 = fc.string({ unit: fc.nat(255).map((unit) => String.fromCharCode(unit)), maxLength: 64 });
const nearlyBase64 = fc.string({
  unit: fc.constantFrom(..."ABCZaz09+/-_= \t\n\f\ré".split("")),
  maxLength: 12,
});

describe("base64", () => {
  test("btoa is what Node writes, and atob takes it back", () => {
    fc.assert(
      fc.property(latin1, (text) => {
        expect(guestBtoa(text)).toBe(btoa(text));
        expect(guestAtob(guestBtoa(text))).toBe(text);
      }),
    );
  });

  test("atob forgives and refuses what Node does", () => {
    fc.assert(
      fc.property(nearlyBase64, (text) => {
        expect(outcome(guestAtob, text)).toEqual(outcome(atob, text));
      }),
      { numRuns: 5_000, examples: [["===="], ["AAAA===="], ["AA=="], ["AA= ="]] },
    );
  });

  test("takes long texts", () => {
    const text = "\u00ff\u0000a".repeat(50_000);
    expect(guestBtoa(text)).toBe(btoa(text));
    expect(guestAtob(btoa(text))).toBe(text);
  });

  test("btoa refuses characters that are not bytes", () => {
    expect(() => guestBtoa("€")).toThrow(expect.objectContaining({ name: "InvalidCharacterError", code: 5 }));
  });
});

function outcome(decode: (text: string) => string, text: string): string {
  try {
    return `decoded ${decode(text)}`;
  } catch (error) {
    return (error as Error).name;
  }
}
