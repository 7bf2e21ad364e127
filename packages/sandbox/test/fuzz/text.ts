import fc from "fast-check";

/** Generates source text. Shrinks towards the shortest that its template allows. */
export type Text = fc.Arbitrary<string>;

/** A template whose gaps are generated: `` text`${number} + ${number}` ``. */
export function text(pieces: TemplateStringsArray, ...gaps: readonly Text[]): Text {
  return fc.tuple(...gaps).map((texts) => String.raw({ raw: pieces }, ...texts));
}

/** One of some fixed texts; shrinks to the first. */
export function word(...texts: readonly string[]): Text {
  return fc.constantFrom(...texts);
}

/** Up to `maxLength` texts with something between them. */
export function joined(item: Text, separator: string, maxLength: number): Text {
  return fc.array(item, { maxLength }).map((texts) => texts.join(separator));
}

/** Any sequence of UTF-16 code units, lone surrogates included, as a literal of ASCII characters. */
export const anyString: Text = fc
  .oneof(
    fc.constantFrom("", "a", "0", "length", "ab c"),
    fc.string({ maxLength: 12 }),
    fc.string({ unit: fc.nat(0xff_ff).map((unit) => String.fromCharCode(unit)), maxLength: 6 }),
  )
  .map(quote);

/** A literal that any engine reads as this very text. */
export function quote(value: string): string {
  return JSON.stringify(value).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
