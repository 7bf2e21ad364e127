import { LRUCache } from "lru-cache";
import { parseGuestJson } from "../rest/json.ts";
import { listEncodedForms } from "./encoded-forms.ts";
import { createTextMatcher, MIN_PATTERN_LENGTH } from "./text-matcher.ts";
import type { TextMatcher } from "./text-matcher.ts";

/** Takes the values of secrets out of texts before they are stored or shown. */
export interface SecretRedactor {
  /** Adds what values the tenant's secrets have now, by name. Values shorter than 4 characters are left out. */
  learn(tenantId: string, values: ReadonlyMap<string, string>): void;
  /**
   * Puts `[secret NAME]` where a value stands, as itself or in one of its encoded forms. Text that is JSON, nested at
   * most 100 levels, stays JSON: a number that is a value becomes a string.
   */
  redact(tenantId: string, text: string): string;
}

export interface SecretRedactorOptions {
  /** Monotonic clock in ms. Default `performance.now`. */
  readonly now?: () => number;
}

/** The limits of an execution end it long before. */
const REMEMBER_MS = 60 * 60_000;
const MAX_TENANTS = 10_000;

/** Matchers hold a dozen forms of each value. One that is gone is made again when it is needed. */
const MAX_MATCHER_CHARACTERS = 64 * 1024 * 1024;

interface KnownValue {
  readonly name: string;
  readonly value: string;
  readonly learnedAt: number;
}

/** By name and value together. */
type Knowledge = Map<string, KnownValue>;

export function createSecretRedactor({
  now = () => performance.now(),
}: SecretRedactorOptions = {}): SecretRedactor {
  const tenants = new LRUCache<string, Knowledge>({ max: MAX_TENANTS });
  const matchers = new LRUCache<string, TextMatcher>({
    maxSize: MAX_MATCHER_CHARACTERS,
    sizeCalculation: ({ size }) => size + 1,
  });

  function matcherOf(tenantId: string, known: Knowledge): TextMatcher {
    const matcher = matchers.get(tenantId) ?? createMatcher(known.values());
    matchers.set(tenantId, matcher);
    return matcher;
  }

  return {
    learn(tenantId, values) {
      const time = now();
      const known: Knowledge = new Map(
        [...(tenants.get(tenantId) ?? [])].filter(([, { learnedAt }]) => learnedAt > time - REMEMBER_MS),
      );
      for (const [name, value] of values) {
        if (value.length >= MIN_PATTERN_LENGTH)
          known.set(`${name}=${value}`, { name, value, learnedAt: time });
      }
      if (!haveSameKeys(known, tenants.get(tenantId))) matchers.delete(tenantId);
      if (known.size > 0) tenants.set(tenantId, known);
      else tenants.delete(tenantId);
    },

    redact(tenantId, text) {
      const known = tenants.get(tenantId);
      if (known === undefined) return text;
      const matcher = matcherOf(tenantId, known);
      const redacted = matcher.replace(text);
      if (redacted === text || parseGuestJson(text) === undefined) return redacted;
      return redactJson(text, matcher);
    },
  };
}

function haveSameKeys(one: Knowledge, other: Knowledge | undefined): boolean {
  return one.size === (other?.size ?? 0) && [...one.keys()].every((key) => other?.has(key));
}

function createMatcher(values: Iterable<KnownValue>): TextMatcher {
  const patterns = [...values].flatMap(({ name, value }) =>
    [...listEncodedForms(value)].map((text) => ({ text, replacement: `[secret ${name}]` })),
  );
  return createTextMatcher(patterns);
}

/** A string token of JSON, whose end is sure to come, or a number token. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;
const WHOLLY_REDACTED = /^\[secret \w+\]$/;

/** Redacts each string, property names too, and each number by itself; what stands between them stays as it is. */
function redactJson(json: string, matcher: TextMatcher): string {
  return json.replaceAll(TOKEN, (token) => {
    const isText = token.startsWith('"');
    const text = isText ? (JSON.parse(token) as string) : token;
    const redacted = matcher.replace(text);
    return redacted !== text && (isText || WHOLLY_REDACTED.test(redacted)) ? JSON.stringify(redacted) : token;
  });
}
