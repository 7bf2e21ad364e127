import type { DateTime } from "luxon";

/** The values that the functions of one table are called on, by the name of the table. */
export interface Receivers {
  readonly string: string;
  readonly number: number;
  readonly boolean: boolean;
  readonly array: readonly unknown[];
  /** A JavaScript Date or a Luxon DateTime. */
  readonly date: Date | DateTime;
  /** Every object that is neither an array nor a date. */
  readonly object: Readonly<Record<string, unknown>>;
  /** Whatever no other table and no method of the value answers for; `undefined` and functions among it. */
  readonly any: unknown;
}

export type ReceiverType = keyof Receivers;

export interface ParameterDefinition {
  readonly name: string;
  /** TypeScript type, as the documentation shows it. */
  readonly type: string;
  readonly description: string;
  /** May be left out. */
  readonly optional?: boolean;
  /** What leaving it out means. A parameter with a default is optional. */
  readonly default?: string | number | boolean;
  /** Stands for any number of arguments. */
  readonly rest?: boolean;
}

export interface FunctionExample {
  /** An expression without braces, evaluated in the time zone UTC and the locale en-US. */
  readonly expression: string;
  /** What it gives: JSON, or undefined. */
  readonly result: unknown;
}

/** What documentation and editors tell about a function. */
export interface FunctionDocumentation {
  readonly name: string;
  readonly parameters: readonly ParameterDefinition[];
  /** TypeScript type, as the documentation shows it. */
  readonly returns: string;
  /** Markdown. The first sentence stands alone in lists. */
  readonly description: string;
  readonly examples: readonly FunctionExample[];
  /** Further names that can be called. */
  readonly aliases?: readonly string[];
  /** Words under which editors find the function; they cannot be called. */
  readonly keywords?: readonly string[];
  /** Says what to use instead. */
  readonly deprecated?: string;
}

/**
 * A function that expressions call like a method of a value: `value.name(arguments)`.
 *
 * Arguments come from strangers, so `run` checks them. A misuse that the author must see, whatever the rule for errors,
 * is an `ExpressionExtensionError`; everything else that is thrown counts as an error of the expression.
 */
export interface ExtensionDefinition<On extends ReceiverType = ReceiverType> extends FunctionDocumentation {
  readonly on: On;
  /** A method, so that a definition for strings is one of the definitions: the tables see to it that receivers fit. */
  run(value: Receivers[On], ...args: unknown[]): unknown;
}

/** A function that expressions call by itself: `name(arguments)`. */
export interface StandaloneDefinition extends FunctionDocumentation {
  readonly run: (...args: unknown[]) => unknown;
}

/** Puts several functions on one type of value. */
export function extensionsOn<On extends ReceiverType>(
  on: On,
  definitions: ReadonlyArray<Omit<ExtensionDefinition<On>, "on">>,
): ReadonlyArray<ExtensionDefinition<On>> {
  return definitions.map((definition) => ({ ...definition, on }));
}
