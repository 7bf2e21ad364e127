import { reflectDefineProperty } from "../../../guest/primordials.ts";
import type { Json } from "../wire.ts";
import { type AskIntl, IntlClient, describeSubject } from "./client.ts";
import { createLocale } from "./locale.ts";
import { readLocales } from "./locales.ts";
import { installMethods } from "./methods.ts";
import { ASK_INTL, CONSTRUCTOR_NAMES } from "./schema.ts";
import { type Cuts, Segments } from "./segments.ts";
import { createService, defineMethod } from "./service.ts";
import { writeArgument } from "./arguments.ts";

/** Gives a realm whose engine has no Intl one that asks the host's, if the engine brings a way to ask. */
export function installIntl(): void {
  const ask = (globalThis as { [ASK_INTL]?: AskIntl })[ASK_INTL];
  if (typeof Intl === "object" || !ask) return;
  const client = new IntlClient(ask);
  reflectDefineProperty(globalThis, "Intl", {
    value: createIntl(client),
    writable: true,
    enumerable: false,
    configurable: true,
  });
  installMethods(client);
}

function createIntl(client: IntlClient): object {
  const intl = {};
  reflectDefineProperty(intl, Symbol.toStringTag, { value: "Intl", configurable: true });
  defineMethod(intl, "getCanonicalLocales", 1, (_, [locales]) =>
    client.call(describeSubject("Intl", readLocales(locales)), "getCanonicalLocales"),
  );
  defineMethod(intl, "supportedValuesOf", 1, (_, [key]) =>
    client.call(describeSubject("Intl", []), "supportedValuesOf", writeArgument("word", key)),
  );
  const add = (name: string, value: object): void => {
    reflectDefineProperty(intl, name, { value, writable: true, enumerable: false, configurable: true });
  };
  const segment = (cuts: unknown, [text]: readonly Json[]): Segments =>
    new Segments(text as string, cuts as Cuts);
  for (const name of CONSTRUCTOR_NAMES) {
    add(name, createService(name, client, name === "Segmenter" ? { segment } : {}));
  }
  add("Locale", createLocale(client));
  return intl;
}
