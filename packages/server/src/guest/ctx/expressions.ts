import { GuestError, call } from "@skerry/sandbox/guest";
import {
  NativeFunction,
  NativeMap,
  NativeTypeError,
  jsonParse,
  jsonStringify,
  mapGet,
  mapSet,
  ownValue,
} from "../primordials.ts";
import { freezeNamespace } from "./namespace.ts";

/** Templates whose code is kept; when there are more, all are forgotten. */
const MAX_TEMPLATES = 500;

interface ExpressionOptions {
  readonly timezone?: string;
  readonly locale?: string;
  readonly errors?: string;
}

interface Expressions {
  evaluate(template: string, data?: object, options?: ExpressionOptions): Promise<unknown>;
}

/** What the host made of a template. */
interface Template {
  readonly evaluate: (runtime: unknown, data: object) => unknown;
  readonly places: readonly string[];
}

/** What a failed evaluation throws, as JSON in its message. */
interface Failure {
  readonly chunk: number;
  readonly name: string;
  readonly message: string;
  readonly code: string;
}

let templates = new NativeMap<string, Template>();
let templateCount = 0;
/** The language, once it was asked for. */
let runtime: unknown;

/** `ctx.expressions`: templates with `{{ }}`, in this realm. */
export const EXPRESSIONS: Expressions = freezeNamespace({
  async evaluate(template, data = {}, options = {}) {
    if (typeof data !== "object" || data === null) throw new NativeTypeError("data must be an object");
    const { timezone, locale, errors } = options;
    const args = { template, timezone, locale, errors };
    const key = jsonStringify(args);
    const compiled = mapGet(templates, key) ?? (await loadTemplate(key, args));
    runtime ??= evaluateRuntime((await call("expressions.runtime", {})).value as string);
    try {
      return compiled.evaluate(runtime, data);
    } catch (error) {
      throw describeFailure(error, compiled);
    }
  },
});

async function loadTemplate(key: string, args: object): Promise<Template> {
  const { code, places } = (await call("expressions.compile", args)).value as {
    readonly code: string;
    readonly places: readonly string[];
  };
  const evaluate = new NativeFunction("__expressions", "data", code) as Template["evaluate"];
  if (templateCount++ >= MAX_TEMPLATES) {
    templates = new NativeMap();
    templateCount = 1;
  }
  const compiled = { evaluate, places };
  mapSet(templates, key, compiled);
  return compiled;
}

/** Its script expects to leave a global behind; this realm's global object stays as it is. */
function evaluateRuntime(script: string): unknown {
  const left: Record<string, unknown> = {};
  const evaluate = new NativeFunction("globalThis", "__registerTransferType", script) as (
    globals: object,
    register: () => void,
  ) => void;
  evaluate(left, () => {});
  return left["__expressions"];
}

function describeFailure(error: unknown, { places }: Template): unknown {
  const failure = readFailure(error);
  if (failure === undefined) return error;
  const { chunk, name, message } = failure;
  const isOwn = name === "ExpressionError" || name === "ExpressionExtensionError";
  const text = isOwn ? message : `${name}: ${message}`;
  const place = places[chunk];
  return new GuestError(
    name === "ExpressionExtensionError" ? "EXPRESSION_EXTENSION" : "EXPRESSION_FAILED",
    place === undefined ? text : `${text} (${place})`,
  );
}

function readFailure(error: unknown): Failure | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  if (ownValue(error, "name") !== "ExpressionFailure") return undefined;
  return jsonParse(ownValue(error, "message") as string) as Failure;
}
