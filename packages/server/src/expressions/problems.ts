import { EXPRESSION_ERRORS } from "@skerry/expressions";
import type { ErrorRow } from "../problems/error-row.ts";

const STATUS = { status: 422, kind: "user" } as const;

/** What an expression can fail with over HTTP: codes of the language, whose own table says what they mean. */
export const EXPRESSION_PROBLEMS = {
  EXPRESSION_SYNTAX: {
    ...STATUS,
    title: "The template cannot be read",
    help: EXPRESSION_ERRORS.EXPRESSION_SYNTAX.help,
  },
  EXPRESSION_UNSUPPORTED: {
    ...STATUS,
    title: "An expression cannot do this",
    help: EXPRESSION_ERRORS.EXPRESSION_UNSUPPORTED.help,
  },
  EXPRESSION_FAILED: {
    ...STATUS,
    title: "The expression threw",
    help: EXPRESSION_ERRORS.EXPRESSION_FAILED.help,
  },
  EXPRESSION_EXTENSION: {
    ...STATUS,
    title: "An extension function refused its value",
    help: EXPRESSION_ERRORS.EXPRESSION_EXTENSION.help,
  },
  EXPRESSION_RESULT: {
    ...STATUS,
    title: "The result cannot be sent",
    help: EXPRESSION_ERRORS.EXPRESSION_RESULT.help,
  },
  EXPRESSION_TIMEZONE: {
    ...STATUS,
    title: "There is no such time zone",
    help: EXPRESSION_ERRORS.EXPRESSION_TIMEZONE.help,
  },
  EXPRESSION_TIMEOUT: {
    ...STATUS,
    title: "The expression took too long",
    help: EXPRESSION_ERRORS.EXPRESSION_TIMEOUT.help,
  },
  EXPRESSION_MEMORY: {
    ...STATUS,
    title: "The expression used too much memory",
    help: EXPRESSION_ERRORS.EXPRESSION_MEMORY.help,
  },
} as const satisfies Record<string, ErrorRow>;
