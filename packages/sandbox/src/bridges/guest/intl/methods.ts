import {
  NativeTypeError,
  reflectApply,
  reflectGetOwnPropertyDescriptor,
  toText,
} from "../../../guest/primordials.ts";
import {
  NativeObject,
  bigIntValueOf,
  dateGetTime,
  numberValueOf,
  objectGetPrototypeOf,
} from "../primordials.ts";
import { writeArgument } from "./arguments.ts";
import { type IntlClient, describeSubject } from "./client.ts";
import { readLocales } from "./locales.ts";
import { type DateParts, addDateDefaults, readOptions } from "./options.ts";
import { defineMethod } from "./service.ts";

const DATE_METHODS: ReadonlyArray<readonly [method: string, parts: DateParts]> = [
  ["toLocaleString", "any"],
  ["toLocaleDateString", "date"],
  ["toLocaleTimeString", "time"],
];

/** Replaces what ECMA-402 19 says about methods of the language, and the names of time zones in dates as text. */
export function installMethods(client: IntlClient): void {
  installTextMethods(client);
  installNumberMethods(client);
  installDateMethods(client);
  for (const prototype of [Array.prototype, objectGetPrototypeOf(Uint8Array.prototype) as object]) {
    defineMethod(prototype, "toLocaleString", 0, (self, [locales, options]) =>
      joinLocally(NativeObject(requireCoercible(self)) as ArrayLike<unknown>, locales, options),
    );
  }
}

function installTextMethods(client: IntlClient): void {
  defineMethod(String.prototype, "localeCompare", 1, (self, [that, locales, options]) => {
    const left = writeArgument("passage", requireCoercible(self));
    const right = writeArgument("passage", that);
    const subject = describeSubject("Collator", readLocales(locales), readOptions("Collator", options));
    return client.call(subject, "compare", left, right);
  });
  for (const [method, plain] of [
    ["toLocaleLowerCase", "toLowerCase"],
    ["toLocaleUpperCase", "toUpperCase"],
  ] as const) {
    defineMethod(String.prototype, method, 0, (self, [locales]) => {
      const text = `${requireCoercible(self) as number}`;
      const tags = readLocales(locales);
      if (tags.length === 0) return text[plain]();
      return client.call(describeSubject("Intl", tags), method, writeArgument("text", text));
    });
  }
}

function installNumberMethods(client: IntlClient): void {
  const format = (value: unknown, [locales, options]: readonly unknown[]): unknown => {
    const subject = describeSubject(
      "NumberFormat",
      readLocales(locales),
      readOptions("NumberFormat", options),
    );
    return client.call(subject, "format", writeArgument("number", value));
  };
  defineMethod(Number.prototype, "toLocaleString", 0, (self, args) =>
    format(numberValueOf(self as object), args),
  );
  defineMethod(BigInt.prototype, "toLocaleString", 0, (self, args) =>
    format(bigIntValueOf(self as object), args),
  );
}

function installDateMethods(client: IntlClient): void {
  for (const [method, parts] of DATE_METHODS) {
    defineMethod(Date.prototype, method, 0, (self, [locales, options]) => {
      const time = dateGetTime(self as object);
      if (time !== time) return "Invalid Date";
      const tags = readLocales(locales);
      const shown = addDateDefaults(readOptions("DateTimeFormat", options), parts);
      return client.call(describeSubject("DateTimeFormat", tags, shown), "format", time);
    });
  }
  const zone = describeSubject("DateTimeFormat", [], { timeZoneName: "long" });
  for (const method of ["toString", "toTimeString"]) {
    const { value } = reflectGetOwnPropertyDescriptor(Date.prototype, method) as PropertyDescriptor;
    defineMethod(Date.prototype, method, 0, (self) => {
      const text = reflectApply(value as () => string, self, []);
      const time = dateGetTime(self as object);
      if (time !== time) return text;
      const parts = client.call(zone, "formatToParts", time) as Intl.DateTimeFormatPart[];
      for (let index = 0; index < parts.length; index++) {
        const part = parts[index] as Intl.DateTimeFormatPart;
        if (part.type === "timeZoneName") return `${text} (${part.value})`;
      }
      return text;
    });
  }
}

/** ECMA-402 19.5.1. */
function joinLocally(list: ArrayLike<unknown>, locales: unknown, options: unknown): string {
  const { length } = list;
  let text = "";
  for (let index = 0; index < length; index++) {
    if (index > 0) text += ",";
    const item = list[index] as { toLocaleString(...args: unknown[]): unknown } | null | undefined;
    if (item !== null && item !== undefined) text += toText(item.toLocaleString(locales, options));
  }
  return text;
}

function requireCoercible(value: unknown): unknown {
  if (value === null || value === undefined) {
    throw new NativeTypeError(`a method was called on ${toText(value)}`);
  }
  return value;
}
