import {
  EXTENSIONS,
  type FunctionDocumentation,
  IF_DOCUMENTATION,
  type ReceiverType,
  STANDALONE_FUNCTIONS,
} from "../extensions/guest/index.ts";
import type { Additions } from "./additions.ts";

/** A function of the language, as documentation and editors tell it. */
export interface ListedFunction extends FunctionDocumentation {
  /** What it is called on; undefined for a function that is called by itself. */
  readonly on: ReceiverType | undefined;
}

/** Every function of the language, those of the host last: on strings, numbers …, and those that stand alone. */
export function listExtensions({
  extensions = [],
}: Pick<Additions, "extensions"> = {}): readonly ListedFunction[] {
  return [
    ...[...EXTENSIONS, ...extensions].map((each) => listFunction(each, each.on)),
    ...[IF_DOCUMENTATION, ...STANDALONE_FUNCTIONS].map((each) => listFunction(each, undefined)),
  ];
}

/** Leaves out all that is no documentation. */
function listFunction(documentation: FunctionDocumentation, on: ReceiverType | undefined): ListedFunction {
  const { name, description, parameters, returns, examples, aliases, keywords, deprecated } = documentation;
  return {
    on,
    name,
    description,
    parameters,
    returns,
    examples,
    ...(aliases && { aliases }),
    ...(keywords && { keywords }),
    ...(deprecated !== undefined && { deprecated }),
  };
}
