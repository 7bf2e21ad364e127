import { readFileSync } from "node:fs";

/** A value of the corpus as JSON; `fixtures/README.md` describes the encoding. */
export type Encoded =
  null | boolean | number | string | readonly Encoded[] | { readonly [key: string]: Encoded };

/** One recorded evaluation. */
export interface Case {
  readonly id: string;
  readonly group: string;
  readonly expression: string;
  readonly data: { readonly [key: string]: Encoded };
  readonly timezone?: string;
  /** Expressions that were evaluated before, in the same scope. */
  readonly setup?: readonly string[];
  readonly result?: Encoded;
  readonly error?: { readonly class: string; readonly messagePattern: string };
  /** What plain JavaScript gives, where the recorded result differs. */
  readonly js?: Encoded;
  readonly quirks?: readonly string[];
}

export const CASES = readFixture("cases.json") as readonly Case[];

/** Sources of workflow data, by name. */
export const FIXTURES = readFixture("fixtures.json") as Readonly<Record<string, unknown>>;

/** Groups whose recorded refusals say how the peer contains; what must hold of them is in `containment.test.ts`. */
export function isContainment({ group }: Case): boolean {
  return group.startsWith("security") || group.startsWith("limits") || group === "state";
}

function readFixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8"));
}
