import type { EvaluateOptions } from "../evaluator/options.ts";
import { Programs } from "../evaluator/programs.ts";
import { toSettings } from "../evaluator/settings.ts";
import { extensionNames } from "../extensions/guest/index.ts";

/** Settings of an evaluation; its time is the realm's own matter. */
export type RealmOptions = Omit<EvaluateOptions, "timeoutMs">;

/** A compiled template. */
export interface RealmCode {
  /**
   * Body of a function of `__expressions`, which the runtime's script left, and `data`, which gives the value. What it
   * throws has the name `ExpressionFailure` and as message JSON of `{ chunk, name, message, code }`.
   */
  readonly code: string;
  /** For people: where each chunk is in the template. */
  readonly places: readonly string[];
}

/** Compiles templates for realms that the bridges of an evaluator do not hold. Templates that make templates give nothing. */
export interface RealmCompiler {
  /** @throws ExpressionError `EXPRESSION_SYNTAX`, `EXPRESSION_UNSUPPORTED` or `EXPRESSION_TIMEZONE`. */
  compile(template: string, options?: RealmOptions): RealmCode;
}

export function createRealmCompiler(): RealmCompiler {
  const programs = new Programs({ extensionNames });
  return {
    compile(template, options) {
      const settings = toSettings(options);
      const program = programs.ofTemplate(template);
      const places: string[] = [];
      for (let place = program.placeOf(0); place !== undefined; place = program.placeOf(places.length)) {
        places.push(place.text);
      }
      return { code: program.code(settings), places };
    },
  };
}
