import { randomFillSync } from "node:crypto";
import vm from "node:vm";
import { guestBundle } from "../src/bundles/development.ts";

/** Data that both sides can take: it crosses as JSON, so that each side has objects of its own realm. */
type Arguments = readonly unknown[];
/** Refers to nothing but globals: it is evaluated from its text in the other realm. */
type Program<Args extends Arguments> = (...args: Args) => unknown;

/** What a program came to: its value, or the name of what it threw. */
export type Outcome = readonly ["value", unknown] | readonly ["error", string];

/** A realm with the guest's globals and no others, in this process: no isolate, and no host behind it. */
export interface GuestRealm {
  /** Evaluates an expression. */
  evaluate(expression: string): unknown;
  /** Evaluates the same expression here and there, a promise's value included. */
  compareSource(expression: string): Promise<{ guest: Outcome; node: Outcome }>;
  /** Runs the same program here and there. */
  compare<Args extends Arguments>(
    program: Program<Args>,
    ...args: Args
  ): Promise<{ guest: Outcome; node: Outcome }>;
}

export async function createGuestRealm(): Promise<GuestRealm> {
  const realm = vm.createContext(vm.constants.DONT_CONTEXTIFY);
  vm.runInContext(await guestBundle(), realm);
  const ignore = (): void => {};
  const entropy = (length: number): ArrayBuffer => randomFillSync(new Uint8Array(length)).buffer;
  (vm.runInContext("__attach", realm) as (...link: unknown[]) => void)(ignore, ignore, entropy);
  vm.runInContext("delete globalThis.__attach", realm);
  const observeThere = vm.runInContext(`(${observe.toString()})`, realm) as typeof observe;
  const programs = new Map<Program<never>, Program<never>>();
  const findThere = (program: Program<never>): Program<never> => {
    const known = programs.get(program);
    if (known) return known;
    const found = vm.runInContext(`(${program.toString()})`, realm) as Program<never>;
    programs.set(program, found);
    return found;
  };
  return {
    evaluate: (expression) => vm.runInContext(expression, realm) as unknown,
    compareSource: async (expression) => {
      const program = `(async () => ${expression})`;
      return {
        guest: JSON.parse(
          await observeThere(vm.runInContext(program, realm) as Program<never>, "[]"),
        ) as Outcome,
        node: JSON.parse(await observe(vm.runInThisContext(program) as Program<never>, "[]")) as Outcome,
      };
    },
    compare: async (program, ...args) => {
      const json = JSON.stringify(args);
      return {
        guest: JSON.parse(await observeThere(findThere(program), json)) as Outcome,
        node: JSON.parse(await observe(program, json)) as Outcome,
      };
    },
  };
}

async function observe(program: Program<never>, json: string): Promise<string> {
  try {
    const value = await (program as Program<Arguments>)(...(JSON.parse(json) as unknown[]));
    return JSON.stringify(["value", value === undefined ? null : value]);
  } catch (error) {
    return JSON.stringify(["error", (error as Error).name]);
  }
}
