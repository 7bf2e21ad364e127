import { DateTime } from "luxon";
import { ExpressionExtensionError } from "../errors.ts";
import { describeValue } from "../receiver.ts";

const DAY_MS = 86_400_000;
const US_PER_MS = 1_000;

/** Day 0 of spreadsheets, 1899-12-30, before 1970-01-01 (ECMA-376 part 1, 18.17.4.1, the 1900 date system). */
const EXCEL_EPOCH_DAYS = 25_569;

/**
 * The moment that a number stands for. One that no date can hold gives an invalid DateTime.
 *
 * @param format `ms`, `s`, `us` or `excel`.
 * @throws ExpressionExtensionError for other formats.
 */
export function dateTimeFromNumber(value: number, format: unknown): DateTime {
  switch (format) {
    case "ms":
      return DateTime.fromMillis(value);
    case "s":
      return DateTime.fromSeconds(value);
    case "us":
      return DateTime.fromMillis(value / US_PER_MS);
    case "excel":
      return DateTime.fromMillis((value - EXCEL_EPOCH_DAYS) * DAY_MS);
    default:
      throw new ExpressionExtensionError(
        `toDateTime() does not know the format ${describeValue(format)}: use "ms", "s", "us" or "excel"`,
      );
  }
}

/** Whether {@link dateTimeFromNumber} knows the format. */
export function isNumberFormat(format: unknown): boolean {
  return format === "ms" || format === "s" || format === "us" || format === "excel";
}
