/** Expressions in a realm that somebody else holds, such as that of a script. */
export { expressionRuntimeBundle } from "#bundles";
export { createRealmCompiler } from "./realm-compiler.ts";
export type { RealmCode, RealmCompiler, RealmOptions } from "./realm-compiler.ts";
export { EXPRESSION_ERRORS, ExpressionError } from "../errors.ts";
