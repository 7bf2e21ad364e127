import { DateTime } from "luxon";
import { EXTENSIONS, namesOf } from "../extensions/guest/index.ts";
import type { ExtensionDefinition, ReceiverType } from "../extensions/guest/index.ts";
import { readFunctionText } from "./function-text.ts";

/** How a host describes an extension function of its own. */
export interface ExtensionOptions<On extends ReceiverType> extends Omit<
  ExtensionDefinition<On>,
  "parameters" | "examples"
> {
  /** Default: none. */
  readonly parameters?: ExtensionDefinition["parameters"];
  /** Default: none. */
  readonly examples?: ExtensionDefinition["examples"];
}

/** An extension function of the host; {@link defineExtension} makes it. */
export interface HostExtension extends ExtensionDefinition {
  /** Text of `run`: an expression. */
  readonly source: string;
}

const NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** What values of a type have anyway. */
const PROTOTYPES: Readonly<Record<ReceiverType, readonly object[]>> = {
  string: [String.prototype],
  number: [Number.prototype],
  boolean: [Boolean.prototype],
  array: [Array.prototype],
  date: [Date.prototype, DateTime.prototype],
  object: [Object.prototype],
  any: [Object.prototype],
};

/**
 * Defines a function that expressions call like a method: `value.name(arguments)`. Give it to an evaluator as one of
 * its `extensions`, and to editor services likewise.
 *
 * `run` is called in the guest, so its text alone goes there: it can use its parameters, what it declares, and
 * built-ins of the language. Arguments come from strangers. What it throws is an error of the expression; an error
 * whose `name` is `ExpressionExtensionError` reaches the author under every rule for errors.
 *
 * @throws TypeError for a name that is taken or no name, and for a `run` that cannot work by its text alone.
 */
export function defineExtension<On extends ReceiverType>(options: ExtensionOptions<On>): HostExtension {
  const definition = { parameters: [], examples: [], ...options };
  const { on, name, aliases = [] } = definition;
  if (!Object.hasOwn(PROTOTYPES, on)) {
    throw new TypeError(
      `the extension function ${name} is on ${JSON.stringify(on)}; possible are ${Object.keys(PROTOTYPES).join(", ")}`,
    );
  }
  for (const each of [name, ...aliases]) requireFreeName(each, on);
  const source = readFunctionText(definition.run, `the extension function ${name}`);
  return Object.freeze({ ...definition, source });
}

function requireFreeName(name: string, on: ReceiverType): void {
  if (!NAME.test(name)) {
    throw new TypeError(
      `${JSON.stringify(name)} is no name for an extension function: it must be an identifier`,
    );
  }
  if (PROTOTYPES[on].some((prototype) => name in prototype)) {
    throw new TypeError(
      `an extension function on ${on} cannot be called ${name}: JavaScript or Luxon has that`,
    );
  }
  if (namesOf(EXTENSIONS.filter((extension) => extension.on === on)).has(name)) {
    throw new TypeError(`there is an extension function ${name} on ${on} already: choose another name`);
  }
}
