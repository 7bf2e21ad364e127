import { CODES, RUNS, SEPARATOR, TEXTS } from "./transliteration-table.ts";

const UNKNOWN = "?";
const DIGITS_PER_CODE = 2;
const BASE = 91;
const FIRST_DIGIT = 35;
const BACKSLASH = 92;

/** Hangul syllables are initial, vowel and final in arithmetic order (Unicode 17, 3.12). */
const HANGUL = {
  first: 0xac00,
  last: 0xd7a3,
  initials: "g gg n d dd r m b bb s ss  j jj c k t p h".split(" "),
  vowels: "a ae ya yae eo e yeo ye o wa wae oe yo u weo we wi yu eu yi i".split(" "),
  finals: " g gg gs n nj nh d l lg lm lb ls lt lp lh m b bs s ss ng j c k t p h".split(" "),
};

const runs = placeRuns();
let texts: readonly string[] | undefined;

/** A text in ASCII. Characters without a Latin form become "?"; Chinese syllables stand apart. */
export function transliterate(text: string): string {
  if (!/[^\0-\x7f]/.test(text)) return text;
  const composed = text.normalize("NFC");
  const hasHan = /\p{Script=Han}/u.test(composed);
  let latin = "";
  let followsHan = false;
  for (const character of composed) {
    const piece = latinOf(character.codePointAt(0) as number) || UNKNOWN;
    if (followsHan && !/[\s!-#%-*,-/:;?@[-\]_{}]/.test(piece)) latin += " ";
    latin += piece;
    followsHan = hasHan && /\p{Script=Han}/u.test(character);
  }
  return latin;
}

function latinOf(code: number): string | undefined {
  if (code < 0x80) return String.fromCharCode(code);
  if (code >= HANGUL.first && code <= HANGUL.last) return latinOfHangul(code - HANGUL.first);
  const run = findRun(code);
  if (run === undefined) return undefined;
  texts ??= TEXTS.split(SEPARATOR);
  const position = (run.offset + code - run.first) * DIGITS_PER_CODE;
  return texts[digitAt(position) * BASE + digitAt(position + 1)];
}

function latinOfHangul(syllable: number): string {
  const { initials, vowels, finals } = HANGUL;
  const final = syllable % finals.length;
  const pair = (syllable - final) / finals.length;
  const vowel = pair % vowels.length;
  return `${initials[(pair - vowel) / vowels.length]}${vowels[vowel]}${finals[final]}`;
}

function digitAt(position: number): number {
  const code = CODES.charCodeAt(position);
  return code - FIRST_DIGIT - (code > BACKSLASH ? 1 : 0);
}

interface Run {
  readonly first: number;
  readonly last: number;
  /** Number of codes before the run's own. */
  readonly offset: number;
}

function placeRuns(): readonly Run[] {
  let offset = 0;
  return RUNS.map(([first, last]) => {
    const run = { first, last, offset };
    offset += last - first + 1;
    return run;
  });
}

function findRun(code: number): Run | undefined {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[middle] as Run).last < code) low = middle + 1;
    else high = middle;
  }
  const run = runs[low];
  return run && run.first <= code ? run : undefined;
}
