import { ARRAY_ELEMENTS } from "./array/elements.ts";
import { ARRAY_RECORDS } from "./array/records.ts";
import { ARRAY_SETS } from "./array/sets.ts";
import { ARRAY_STATISTICS } from "./array/statistics.ts";
import { BOOLEAN_FUNCTIONS } from "./boolean.ts";
import { DATE_ARITHMETIC } from "./date/arithmetic.ts";
import { DATE_INSPECTION } from "./date/inspection.ts";
import type { ExtensionDefinition } from "./definition.ts";
import { type Dispatch, type FindFunction, createDispatch, createFinder, namesOf } from "./dispatch.ts";
import { GENERIC_FUNCTIONS } from "./generic.ts";
import { NUMBER_FUNCTIONS } from "./number/number.ts";
import { OBJECT_FUNCTIONS } from "./object/object.ts";
import { STRING_CASING } from "./string/casing.ts";
import { STRING_CLEANING } from "./string/cleaning.ts";
import { STRING_CONVERSION } from "./string/conversion.ts";
import { STRING_ENCODING } from "./string/encoding.ts";
import { STRING_INSPECTION } from "./string/inspection.ts";

export { createDispatch, createFinder, namesOf } from "./dispatch.ts";
export type { Dispatch, FindFunction } from "./dispatch.ts";
export { extensionsOn } from "./definition.ts";
export type {
  ExtensionDefinition,
  FunctionDocumentation,
  FunctionExample,
  ParameterDefinition,
  Receivers,
  ReceiverType,
  StandaloneDefinition,
} from "./definition.ts";
export { ExpressionExtensionError } from "./errors.ts";
export { IF_DOCUMENTATION, STANDALONE_FUNCTIONS } from "./standalone.ts";

/** Every function that an expression can call on a value. */
export const EXTENSIONS: readonly ExtensionDefinition[] = [
  ...STRING_CASING,
  ...STRING_CONVERSION,
  ...STRING_INSPECTION,
  ...STRING_CLEANING,
  ...STRING_ENCODING,
  ...NUMBER_FUNCTIONS,
  ...ARRAY_ELEMENTS,
  ...ARRAY_RECORDS,
  ...ARRAY_SETS,
  ...ARRAY_STATISTICS,
  ...OBJECT_FUNCTIONS,
  ...DATE_ARITHMETIC,
  ...DATE_INSPECTION,
  ...BOOLEAN_FUNCTIONS,
  ...GENERIC_FUNCTIONS,
];

/** The names of {@link EXTENSIONS}, aliases included: calls of these go through a dispatcher. */
export const extensionNames: ReadonlySet<string> = namesOf(EXTENSIONS);

/** The dispatcher over {@link EXTENSIONS}. */
export const dispatch: Dispatch = createDispatch(EXTENSIONS);

/** The finder over {@link EXTENSIONS}. */
export const findFunction: FindFunction = createFinder(EXTENSIONS);
