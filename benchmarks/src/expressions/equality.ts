import { inspect, isDeepStrictEqual } from "node:util";

/** Nothing is timed that does not give what the peer gives. */
export function requireEqual(what: string, value: unknown, expected: unknown): void {
  if (isDeepStrictEqual(value, expected)) return;
  throw new Error(`${what}: ${excerpt(value)} where the peer gives ${excerpt(expected)}`);
}

function excerpt(value: unknown): string {
  return inspect(value).slice(0, 200);
}
