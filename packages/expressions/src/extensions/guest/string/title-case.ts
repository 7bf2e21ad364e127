/** Words that stay small within a title. */
const SMALL_WORDS: ReadonlySet<string> = new Set(
  (
    "a ad an and as at because but by en for if in neither nor of on only or over per so some than that the to " +
    "up upon v versus via vs when with without yet"
  ).split(" "),
);

/** Has a capital or a dot with something behind it after the first character: iPhone, NASA, example.com. */
const DELIBERATE_CASE = /.(?=[A-Z]|\..)/;

/**
 * A title in English: words begin with a capital, small words only where they are the first or the last. Words that
 * have capitals of their own, and what stands before a colon in a URL, stay as they are.
 */
export function toTitleCase(text: string): string {
  return text.replace(/[^\s:–—-]+/g, (token: string, start: number) => {
    const end = start + token.length;
    const isInside = start > 0 && end < text.length;
    const isScheme = text.charAt(end) === ":" && /\S/.test(text.charAt(end + 1));
    return isScheme || DELIBERATE_CASE.test(token) || (isInside && SMALL_WORDS.has(bareWord(token)))
      ? token
      : token.replace(/[\p{L}\p{N}]/u, (first) => first.toUpperCase());
  });
}

/** A token without the marks around it, in small letters. */
function bareWord(token: string): string {
  return /\p{L}(?:.*\p{L})?/u.exec(token)?.[0].toLowerCase() ?? "";
}
