import type { HostData } from "@skerry/sandbox/bridges";

/** Under this name a template asks for the evaluation of a text that it made itself. */
export const NESTED_NAME = "$evaluateExpression";

/** Turns the text of a template into code for the guest. */
export type CompileNested = (template: string) => string;

/**
 * The same data with a host function by which the guest has nested templates compiled. It then runs them itself, in
 * the same execution: one time limit holds for all.
 */
export function withNested(data: HostData, compile: CompileNested): HostData {
  const extended: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const key of Object.keys(data)) {
    const descriptor = Object.getOwnPropertyDescriptor(data, key);
    // A getter of the host is not run for it.
    if (descriptor && "value" in descriptor) Object.defineProperty(extended, key, descriptor);
  }
  extended[NESTED_NAME] = (template: unknown) => compile(String(template));
  return extended;
}
