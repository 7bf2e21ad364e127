/** A text that the compiler sees and the author does not. */
export interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** A default export that is a function, at the start of a line. */
const DEFAULT_FUNCTION = /^export\s+default\s+(async\b)?\s*(?:function\b|\(|[\w$]+\s*=>)/m;

/** A comment right before it in which the author says the types. */
const OWN_TYPES = /\/\*\*(?:(?!\*\/)[^])*@(?:param|type|satisfies)\b(?:(?!\*\/)[^])*\*\/\s*$/;

/**
 * Gives the function that a script in JavaScript exports the parameters of `ScriptHandler`, by a JSDoc comment before
 * it: TypeScript has no other way to say what a default export has to be. Undefined where there is no such function,
 * or where its author says the types.
 */
export function findHandlerType(source: string): Insertion | undefined {
  const found = DEFAULT_FUNCTION.exec(source);
  if (found === null || OWN_TYPES.test(source.slice(0, found.index))) return undefined;
  // An async function that is declared to give anything but a promise is an error.
  const output = found[1] === undefined ? "any" : "Promise<any>";
  return { at: found.index, text: `/** @type {(...values: Parameters<ScriptHandler>) => ${output}} */ ` };
}
