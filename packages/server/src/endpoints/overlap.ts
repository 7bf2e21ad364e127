import { HTTP_METHODS, readSegment, splitPath } from "./path-pattern.ts";
import type { HttpMethod, PatternSegment } from "./path-pattern.ts";

/** What overlaps are told of: a pattern with the methods that it takes; without any it takes all. */
export interface MethodsAtPattern {
  readonly pattern: string;
  readonly methods: readonly HttpMethod[] | undefined;
}

/** Which of two endpoints answers the requests that both would. */
export interface PatternOverlap {
  readonly methods: readonly HttpMethod[];
  readonly firstWins: boolean;
}

/** @returns undefined where there is no request that both would answer. */
export function findOverlap(first: MethodsAtPattern, second: MethodsAtPattern): PatternOverlap | undefined {
  const taken = new Set(listAnswered(second));
  const methods = listAnswered(first).filter((method) => taken.has(method));
  if (methods.length === 0) return undefined;
  const [one, other] = [first, second].map(({ pattern }) => splitPath(pattern).map(readSegment));
  if (one === undefined || other === undefined || !canBothMatch(one, other)) return undefined;
  return { methods, firstWins: isCloser(one, other) };
}

/** `HEAD` is answered wherever `GET` is. */
function listAnswered({ methods = HTTP_METHODS }: MethodsAtPattern): HttpMethod[] {
  return HTTP_METHODS.filter(
    (method) => methods.includes(method) || (method === "HEAD" && methods.includes("GET")),
  );
}

type Segments = readonly PatternSegment[];

/** Whether there is a path that both patterns take. */
function canBothMatch(one: Segments, other: Segments): boolean {
  for (let place = 0; ; place += 1) {
    const left = one[place];
    const right = other[place];
    if (left?.kind === "wildcard") return right !== undefined || left.takes !== "some";
    if (right?.kind === "wildcard") return left !== undefined || right.takes !== "some";
    if (left === undefined || right === undefined) return left === right;
    if (left.kind === "exact" && right.kind === "exact" && left.text !== right.text) return false;
  }
}

/** Smaller is closer to a path; the end of a pattern is closer than a wildcard that takes nothing more. */
const RANKS = { exact: 0, parameter: 1, wildcard: 3 } as const;
const END_RANK = 2;

/** The first difference from the left decides, as it does in the routing table. */
function isCloser(one: Segments, other: Segments): boolean {
  const ranks = (segments: Segments, place: number): number => {
    const segment = segments[place];
    return segment === undefined ? END_RANK : RANKS[segment.kind];
  };
  const length = Math.max(one.length, other.length);
  for (let place = 0; place < length; place += 1) {
    const difference = ranks(one, place) - ranks(other, place);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
