import { UsageError } from "../command.ts";

/**
 * The number of an option or argument.
 *
 * @returns undefined where it was not given.
 * @throws UsageError when it is no whole number from 1 to `max`.
 */
export function readWholeNumber(option: string, text: string | undefined, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= max) return value;
  throw new UsageError(`${option} takes a whole number from 1 to ${max}, not ${JSON.stringify(text)}`);
}
