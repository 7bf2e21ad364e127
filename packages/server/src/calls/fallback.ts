import type { JsonValue } from "@skerry/sandbox";
import type { Caller } from "../auth/principal.ts";
import type { SkerryError } from "../problems/errors.ts";
import { toSkerryError } from "../problems/problem.ts";
import type { CallOptions, CallService } from "./service.ts";

/** A value, or what makes one out of the reason why there is no answer. */
export type Fallback = JsonValue | ((error: SkerryError) => JsonValue | Promise<JsonValue>);

export interface FallbackOptions extends CallOptions {
  /** Stands in for the output when the call fails. Default null. */
  readonly fallback?: Fallback | undefined;
  /**
   * What becomes of the caller when the call fails: `open` goes on with the fallback, `closed` rejects. Default `open`
   * where there is a fallback, else `closed`.
   */
  readonly onFailure?: "open" | "closed" | undefined;
}

/**
 * Calls a script that the host's own work must not depend upon, or must: that is the host's choice.
 *
 * @returns the output, or the fallback.
 * @throws SkerryError of {@link CallService.call} when it is to fail closed, and whatever the fallback throws.
 */
export async function callWithFallback(
  calls: CallService,
  caller: Caller,
  idOrName: string,
  input: JsonValue,
  { fallback, onFailure = fallback === undefined ? "closed" : "open", deadlineMs }: FallbackOptions = {},
): Promise<JsonValue> {
  try {
    return (await calls.call(caller, idOrName, input, { deadlineMs })).output;
  } catch (error) {
    const reason = toSkerryError(error);
    if (onFailure === "closed") throw reason;
    return typeof fallback === "function" ? await fallback(reason) : (fallback ?? null);
  }
}
