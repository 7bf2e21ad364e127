import { expect, test } from "vitest";
import { formatRelative } from "./relative-time.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");

test.each([
  [-400, "en", "now"],
  [-59_999, "en", "59 seconds ago"],
  [-60_000, "en", "1 minute ago"],
  [5 * 3_600_000, "en", "in 5 hours"],
  [-86_400_000, "en", "yesterday"],
  [-40 * 86_400_000, "en", "last month"],
  [-3 * 365 * 86_400_000, "en", "3 years ago"],
  [-5 * 60_000, "ru", "5 минут назад"],
])("a moment %i ms away is in %s: %s", (distance, language, text) => {
  expect(formatRelative(NOW + distance, NOW, language, "long")).toBe(text);
});
