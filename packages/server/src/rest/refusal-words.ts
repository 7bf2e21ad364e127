import type { z } from "zod";

/** Types as a sender knows them; an object may be of any schema that reads one. */
const TYPES: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  bigint: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "an object",
  record: "an object",
  date: "a time",
  null: "null",
};

const FORMATS: Readonly<Record<string, string>> = {
  email: "an e-mail address",
  url: "a URL",
  uuid: "a UUID",
  datetime: "a time such as 2026-01-31T12:00:00Z",
  date: "a date such as 2026-01-31",
  ipv4: "an IPv4 address",
  ipv6: "an IPv6 address",
  base64: "base64",
};

const UNITS: Readonly<Record<string, readonly [one: string, more: string]>> = {
  string: ["character", "characters"],
  array: ["item", "items"],
  set: ["item", "items"],
};

/**
 * What is wrong with an input, said to its sender, where the schema has no words of its own for it: an error map for
 * `safeParse`, which leaves what else reads schemas in this process alone. Undefined where zod's words will do.
 */
export function wordRefusal(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "is required" : `must be ${nameType(issue.expected)}`;
    case "invalid_value":
      return issue.input === undefined ? "is required" : `must be ${joinWords(issue.values.map(String))}`;
    case "too_small":
      return wordBound(issue.origin, issue.minimum, issue.inclusive === false ? "more than" : "at least");
    case "too_big":
      return wordBound(issue.origin, issue.maximum, issue.inclusive === false ? "less than" : "at most");
    case "invalid_format": {
      const format = FORMATS[issue.format];
      return format === undefined ? undefined : `must be ${format}`;
    }
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "invalid_union":
      return wordUnion(issue);
    default:
      return undefined;
  }
}

function nameType(expected: string): string {
  return TYPES[expected] ?? expected;
}

function wordBound(origin: string, bound: number | bigint, comparison: string): string {
  const units = UNITS[origin];
  if (units === undefined) return `must be ${comparison} ${bound}`;
  return `must have ${comparison} ${bound} ${Number(bound) === 1 ? units[0] : units[1]}`;
}

/** By what a value has to be from the outside to be one of the shapes. */
function wordUnion({ input, errors }: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string | undefined {
  if (input === undefined) return "is required";
  const expected = errors.flatMap((issues) =>
    issues.flatMap((issue) =>
      issue.code === "invalid_type" && issue.path.length === 0 ? [nameType(issue.expected)] : [],
    ),
  );
  return expected.length === 0 ? undefined : `must be ${joinWords([...new Set(expected)])}`;
}

function joinWords(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
