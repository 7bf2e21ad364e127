import { DateTime } from "luxon";
import { dispatch, findFunction } from "./additions.ts";
import { createFailure, readText, reviveFailure } from "./failure.ts";
import { setLuxonDefaults } from "./luxon.ts";
import { type Names, UNREACHABLE } from "./names.ts";
import type { Settings } from "./settings.ts";

/** Errors that are meant for the author: they are never swallowed. */
const LOUD_ERRORS: ReadonlySet<string> = new Set(["ExpressionError", "ExpressionExtensionError"]);

/** Captured while this script runs: in expressions the name stands for nothing. */
const NativeFunction = Function;

/** One evaluation: what compiled code calls. */
export class Environment {
  readonly data: Readonly<Record<string, unknown>>;
  readonly settings: Settings;
  /** Calls an extension function, or a method of that name. */
  readonly call = dispatch;
  /** The same function, not called yet; undefined when there is none. */
  readonly method = findFunction;
  readonly #names: Names;
  #now: DateTime | undefined;
  #today: DateTime | undefined;

  constructor(names: Names, data: Readonly<Record<string, unknown>>, settings: Settings) {
    this.#names = names;
    this.data = data;
    this.settings = settings;
    setLuxonDefaults(settings);
  }

  /** The same moment throughout an evaluation. */
  get now(): DateTime {
    return (this.#now ??= DateTime.now());
  }

  get today(): DateTime {
    return (this.#today ??= this.now.startOf("day"));
  }

  /** What a free name of the template stands for; undefined when nobody knows it. */
  read(name: string): unknown {
    const make = this.#names.get(name);
    if (make) return make(this);
    if (Object.hasOwn(this.data, name)) return this.data[name];
    return UNREACHABLE.has(name) ? {} : undefined;
  }

  /**
   * Value of a template that the expression made itself; of anything else, that. The host compiles it; it runs in this
   * execution, so one time limit holds for both.
   *
   * @param data What it is about. Default: the same.
   */
  evaluateNested(template: unknown, data = this.data): unknown {
    const { $evaluateExpression: compile } = this.data;
    if (typeof template !== "string" || typeof compile !== "function") return undefined;
    const evaluate = new NativeFunction("data", compile(template) as string) as (data: object) => unknown;
    try {
      return evaluate(data);
    } catch (thrown) {
      throw reviveFailure(thrown);
    }
  }

  /** Value of a chunk, by the rule for errors of this evaluation. */
  attempt(chunk: number, evaluate: () => unknown): unknown {
    try {
      return evaluate();
    } catch (thrown) {
      if (this.settings.errors === "undefined" && !LOUD_ERRORS.has(readText(thrown, "name", "")))
        return undefined;
      throw createFailure(chunk, thrown);
    }
  }

  /** Value of a chunk that always tells its errors. */
  demand(chunk: number, evaluate: () => unknown): unknown {
    try {
      return evaluate();
    } catch (thrown) {
      throw createFailure(chunk, thrown);
    }
  }

  /** Text of a template with more than one expression in it: what is empty adds nothing. */
  join(parts: readonly unknown[]): string {
    try {
      const texts = parts.map((part) => (part || part === 0 || part === false ? part : "")) as string[];
      return texts.join("");
    } catch (thrown) {
      throw createFailure(-1, thrown);
    }
  }
}
