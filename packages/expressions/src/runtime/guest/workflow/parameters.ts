/** What a text in a parameter begins with to be a template. */
const TEMPLATE_MARK = "=";

/**
 * Parameters with the values of the templates in them, each evaluated when it is first read. One that asks for itself
 * is undefined.
 */
export function resolveParameters(parameters: object, evaluate: (template: string) => unknown): object {
  const resolved = {};
  for (const key of Object.keys(parameters)) {
    const resolve = (): unknown => resolveValue((parameters as Record<string, unknown>)[key], evaluate);
    Object.defineProperty(resolved, key, { get: once(resolve), enumerable: true, configurable: true });
  }
  return resolved;
}

function resolveValue(value: unknown, evaluate: (template: string) => unknown): unknown {
  if (typeof value === "string") {
    return value.startsWith(TEMPLATE_MARK) ? evaluate(value.slice(TEMPLATE_MARK.length)) : value;
  }
  if (Array.isArray(value)) return value.map((item) => resolveValue(item, evaluate));
  return isRecord(value) ? resolveParameters(value, evaluate) : value;
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Keeps the first value; while it is being made, it is undefined. */
function once(make: () => unknown): () => unknown {
  let state: "unmade" | "busy" | "made" = "unmade";
  let value: unknown;
  return () => {
    if (state !== "unmade") return value;
    state = "busy";
    try {
      value = make();
      state = "made";
    } finally {
      if (state === "busy") state = "unmade";
    }
    return value;
  };
}
