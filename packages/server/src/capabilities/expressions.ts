import {
  createRealmCompiler,
  EXPRESSION_ERRORS,
  ExpressionError,
  expressionRuntimeBundle,
} from "@skerry/expressions/realm";
import { CapabilityError } from "@skerry/sandbox";
import type { Capability } from "@skerry/sandbox";
import { z } from "zod";
import { createNamespaceCapabilities, defineNamespace } from "./namespace.ts";

const MAX_TEMPLATE_CHARS = 64 * 1024;
const MAX_NAME_CHARS = 100;

const {
  EXPRESSION_SYNTAX,
  EXPRESSION_UNSUPPORTED,
  EXPRESSION_FAILED,
  EXPRESSION_EXTENSION,
  EXPRESSION_TIMEZONE,
} = EXPRESSION_ERRORS;
const ERRORS = {
  EXPRESSION_SYNTAX,
  EXPRESSION_UNSUPPORTED,
  EXPRESSION_FAILED,
  EXPRESSION_EXTENSION,
  EXPRESSION_TIMEZONE,
};

export const EXPRESSIONS = defineNamespace({
  name: "expressions",
  summary:
    "Templates with `{{ }}`. They run in the script's own isolate, as part of the script: a template can do what the script can do with its globals, so evaluate none that you would not run as code.",
  types: `interface ExpressionOptions {
  /** IANA name of the zone that dates without one are in. Default: the server's. */
  readonly timezone?: string;
  /** BCP 47 tag that dates are written in. Default \`en-US\`. */
  readonly locale?: string;
  /** What becomes of an error inside \`{{ }}\`: \`throw\` (default), or \`undefined\`, which makes the expression undefined. */
  readonly errors?: "throw" | "undefined";
}`,
  calls: {
    runtime: { input: z.strictObject({}) },
    compile: {
      input: z.strictObject({
        template: z.string().max(MAX_TEMPLATE_CHARS),
        timezone: z.string().max(MAX_NAME_CHARS).exactOptional(),
        locale: z.string().max(MAX_NAME_CHARS).exactOptional(),
        errors: z.enum(["throw", "undefined"]).exactOptional(),
      }),
    },
  },
  members: {
    evaluate: {
      signature:
        "<Value = any>(template: string, data?: Readonly<Record<string, unknown>>, options?: ExpressionOptions): Promise<Value>",
      summary:
        "Gives the value of a template, in which the names of `data` stand for its values. Dates of expressions are `DateTime`s of Luxon. The host is asked for the code of a template that is new to this isolate, and once for the language itself; after that nothing crosses.",
      calls: ["runtime", "compile"],
      errors: Object.keys(ERRORS),
      example: `const text = await ctx.expressions.evaluate("Dear {{ $json.name.toTitleCase() }},", {
  $json: { name: "ada" },
});`,
    },
  },
  limits: [{ name: "template", value: `${MAX_TEMPLATE_CHARS} characters` }],
  errors: ERRORS,
});

/** Compiles for guests; what is compiled runs there. */
export function createExpressionCapability(): readonly Capability[] {
  const compiler = createRealmCompiler();
  return createNamespaceCapabilities(EXPRESSIONS, {
    async runtime() {
      return { value: await expressionRuntimeBundle() };
    },
    compile({ template, ...options }) {
      try {
        const { code, places } = compiler.compile(template, options);
        return { value: { code, places } };
      } catch (error) {
        if (error instanceof ExpressionError) throw new CapabilityError(error.code, error.message);
        throw error;
      }
    },
  });
}
