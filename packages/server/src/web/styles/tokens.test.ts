import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const TEXT = 4.5;
const OUTLINE = 3;

const GROUNDS = ["ground", "panel", "sunken", "hover"];

/** What stands on what, with the least contrast of WCAG 2.2, 1.4.3 and 1.4.11. */
const PAIRS: readonly (readonly [ink: string, ground: string, least: number])[] = [
  ...["ink", "dim", "accent", "good", "bad", "warn"].flatMap((ink) =>
    GROUNDS.map((ground) => [ink, ground, TEXT] as const),
  ),
  ...["accent", "good", "bad", "warn"].flatMap((tone) =>
    [tone, "ink", "dim", "accent"].map((ink) => [ink, `${tone}-tint`, TEXT] as const),
  ),
  ["on-accent", "accent", TEXT],
  ["on-bad", "bad", TEXT],
  ["edge", "ground", OUTLINE],
  ["edge", "panel", OUTLINE],
];

const css = readFileSync(new URL("tokens.css", import.meta.url), "utf8");

describe.each([
  ["light", 1],
  ["dark", 2],
] as const)("in %s", (_, scheme) => {
  const colors = new Map(
    [...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map((match) => [
      match[1],
      match[scheme + 1],
    ]),
  );

  test.each(PAIRS)("%s on %s can be read", (ink, ground, least) => {
    expect(contrast(colors.get(ink) ?? "", colors.get(ground) ?? "")).toBeGreaterThanOrEqual(least);
  });
});

/** The contrast ratio as WCAG 2.2 defines it, 1 to 21. */
function contrast(first: string, second: string): number {
  const [dark = 0, light = 0] = [luminance(first), luminance(second)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [red = NaN, green = NaN, blue = NaN] = [1, 3, 5].map((start) => {
    const share = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
