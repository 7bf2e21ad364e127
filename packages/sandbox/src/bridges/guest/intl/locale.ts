import { NativeTypeError, reflectConstruct } from "../../../guest/primordials.ts";
import { NativeWeakMap, weakMapGet, weakMapSet } from "../primordials.ts";
import { type IntlClient, type SubjectText, describeSubject } from "./client.ts";
import { readLocale, registerLocale } from "./locales.ts";
import { readOptions } from "./options.ts";
import { LOCALE_FIELDS } from "./schema.ts";
import { defineGetter, defineMethod, finishConstructor } from "./service.ts";

const FACTS = [
  "getCalendars",
  "getCollations",
  "getHourCycles",
  "getNumberingSystems",
  "getTextInfo",
  "getTimeZones",
  "getWeekInfo",
];

interface LocaleState {
  readonly tag: string;
  readonly subject: SubjectText;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Intl.Locale (ECMA-402 14). */
export function createLocale(client: IntlClient): object {
  const states = new NativeWeakMap<object, LocaleState>();

  function Locale(this: object, tag?: unknown, options?: unknown): object {
    if (!new.target) throw new NativeTypeError("Constructor Intl.Locale requires 'new'");
    const given = describeSubject("Locale", [readLocale(tag)], readOptions("Locale", options));
    const [made, fields] = client.call(given, "describe") as [string, Record<string, unknown>];
    weakMapSet(states, this, { tag: made, subject: describeSubject("Locale", [made]), fields });
    registerLocale(this, made);
    return this;
  }

  const stateOf = (self: unknown): LocaleState => {
    const state = typeof self === "object" && self !== null ? weakMapGet(states, self) : undefined;
    if (state) return state;
    throw new NativeTypeError("a method of Intl.Locale was called on an object that is no Intl.Locale");
  };

  const { prototype } = Locale as unknown as { prototype: object };
  defineMethod(prototype, "toString", 0, (self) => stateOf(self).tag);
  for (const method of ["maximize", "minimize"]) {
    defineMethod(prototype, method, 0, (self) =>
      reflectConstruct(Locale, [client.call(stateOf(self).subject, method)]),
    );
  }
  for (const method of FACTS) {
    defineMethod(prototype, method, 0, (self) => client.call(stateOf(self).subject, method));
  }
  for (const field of LOCALE_FIELDS) defineGetter(prototype, field, (self) => stateOf(self).fields[field]);
  return finishConstructor(Locale, "Locale", 1);
}
