/**
 * The expression runtime: the script that a bridge evaluates after its kernel, before the realm is closed. It leaves
 * one global, `__expressions`, which compiled code begins each evaluation with.
 */
import { DateTime, Duration, Interval } from "luxon";
import { ExpressionExtensionError, STANDALONE_FUNCTIONS } from "../../extensions/guest/index.ts";
import { LIBRARIES, dispatch } from "./additions.ts";
import { Environment } from "./environment.ts";
import { exampleLuxonValues, fixLuxon } from "./luxon.ts";
import { createNames } from "./names.ts";
import type { Settings } from "./settings.ts";
import { registerLuxonTypes } from "./transfer-types.ts";

fixLuxon();
registerLuxonTypes();

const standalone = STANDALONE_FUNCTIONS.flatMap(({ name, aliases = [], run }) =>
  [name, ...aliases].map((each) => [each, run] as const),
);
const constants = {
  DateTime,
  Duration,
  Interval,
  ...LIBRARIES,
  ...Object.fromEntries(standalone),
  extend: dispatch,
  extendOptional: (value: unknown, name: string, args?: readonly unknown[]) =>
    value === undefined || value === null ? undefined : dispatch(value, name, args),
};
const names = createNames(constants);

const expressions = {
  begin: (data: Readonly<Record<string, unknown>>, settings: Settings) =>
    new Environment(names, data, settings),
  // The bridge freezes what can be reached from a global: whatever an expression may get hold of that is not its own.
  shared: [
    constants,
    new Environment(names, {}, {}),
    new ExpressionExtensionError("example"),
    ...exampleLuxonValues(),
  ],
};
Object.defineProperty(globalThis, "__expressions", { value: expressions });
