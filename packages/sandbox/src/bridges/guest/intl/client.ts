import { arrayIsArray, jsonParse, jsonStringify } from "../../../guest/primordials.ts";
import { createCodedError } from "../errors.ts";
import type { Json } from "../wire.ts";
import type { OptionValue, ServiceName, Subject } from "./schema.ts";

/** The engine's way to the host's Intl; see {@link Subject}. */
export type AskIntl = (question: string) => string;

/** A {@link Subject} as text. */
export type SubjectText = string & { readonly subject: unique symbol };

export function describeSubject(
  service: ServiceName,
  locales: readonly string[],
  options: Readonly<Record<string, OptionValue>> = {},
): SubjectText {
  return jsonStringify([service, locales, options] satisfies Subject) as SubjectText;
}

/** Asks the host. Keeps nothing. */
export class IntlClient {
  readonly #ask: AskIntl;

  constructor(ask: AskIntl) {
    this.#ask = ask;
  }

  /**
   * What a method of the host's object gives.
   *
   * @param call Name of the method, and arguments as {@link ArgumentKind} says.
   * @throws What the host's method throws, as an error of this realm.
   */
  call(subject: SubjectText, ...call: readonly [method: string, ...args: Json[]]): unknown {
    const answer = jsonParse(this.#ask(`${subject}\n${jsonStringify(call)}`)) as
      readonly [unknown] | { name: string; message: string };
    // JSON has no other way to say undefined, and no method of Intl gives null.
    if (arrayIsArray(answer)) return answer[0] ?? undefined;
    throw createCodedError({ code: "", ...(answer as { name: string; message: string }) });
  }
}
