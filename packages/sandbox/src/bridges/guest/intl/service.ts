import {
  NativeTypeError,
  objectKeys,
  reflectConstruct,
  reflectDefineProperty,
} from "../../../guest/primordials.ts";
import { NativeWeakMap, arrayPush, weakMapGet, weakMapSet } from "../primordials.ts";
import type { Json } from "../wire.ts";
import { writeArgument } from "./arguments.ts";
import { type IntlClient, type SubjectText, describeSubject } from "./client.ts";
import { readLocales } from "./locales.ts";
import { readOptions } from "./options.ts";
import { type ArgumentKind, type ConstructorName, SERVICES } from "./schema.ts";

/** What a method of an Intl object does with what the host answered to it. */
export type Finish = (answer: unknown, args: readonly Json[]) => unknown;

type Call = (...args: unknown[]) => unknown;

/**
 * A constructor like the one of this name in ECMA-402. Its objects know what they were made of, and nothing else.
 *
 * @param finishes Of the methods that give something else than the host's answer.
 */
export function createService(
  name: ConstructorName,
  client: IntlClient,
  finishes: Readonly<Record<string, Finish>> = {},
): object {
  const { methods, bound } = SERVICES[name];
  const subjects = new NativeWeakMap<object, SubjectText>();
  const boundMethods = new NativeWeakMap<object, Call>();

  function Service(this: object, locales?: unknown, options?: unknown): object {
    if (!new.target) {
      if (bound) return reflectConstruct(Service, [locales, options]) as object;
      throw new NativeTypeError(`Constructor Intl.${name} requires 'new'`);
    }
    const subject = describeSubject(name, readLocales(locales), readOptions(name, options));
    client.call(subject, "create");
    weakMapSet(subjects, this, subject);
    return this;
  }

  const subjectOf = (self: unknown, member: string): SubjectText => {
    const subject = typeof self === "object" && self !== null ? weakMapGet(subjects, self) : undefined;
    if (subject !== undefined) return subject;
    throw new NativeTypeError(
      `Method Intl.${name}.prototype.${member} called on an object that is no Intl.${name}`,
    );
  };

  const call = (subject: SubjectText, method: string, values: readonly unknown[]): unknown => {
    const args = writeArguments(methods[method] as readonly ArgumentKind[], values);
    const answer = client.call(subject, method, ...args);
    const finish = finishes[method];
    return finish ? finish(answer, args) : answer;
  };

  const { prototype } = Service as unknown as { prototype: object };
  const names = objectKeys(methods);
  for (let index = 0; index < names.length; index++) {
    const method = names[index] as string;
    const { length } = methods[method] as readonly ArgumentKind[];
    if (method === "create") continue;
    if (method !== bound) {
      defineMethod(prototype, method, length, (self, args) => call(subjectOf(self, method), method, args));
      continue;
    }
    defineGetter(prototype, method, (self) => {
      const subject = subjectOf(self, method);
      const known = weakMapGet(boundMethods, self as object);
      if (known) return known;
      const made = (...args: unknown[]): unknown => call(subject, method, args);
      reflectDefineProperty(made, "length", { value: length });
      reflectDefineProperty(made, "name", { value: "" });
      weakMapSet(boundMethods, self as object, made);
      return made;
    });
  }
  defineMethod(Service, "supportedLocalesOf", 1, (_, [locales, options]) => {
    const tags = readLocales(locales);
    return client.call(
      describeSubject("Intl", tags, readOptions("Intl", options)),
      "supportedLocalesOf",
      name,
    );
  });
  return finishConstructor(Service, name, 0);
}

/** Gives a constructor of Intl its name, length and tag. */
export function finishConstructor(constructor: object, name: string, length: number): object {
  const { prototype } = constructor as { prototype: object };
  reflectDefineProperty(constructor, "name", { value: name });
  reflectDefineProperty(constructor, "length", { value: length });
  reflectDefineProperty(constructor, "prototype", { writable: false });
  reflectDefineProperty(prototype, Symbol.toStringTag, { value: `Intl.${name}`, configurable: true });
  return constructor;
}

/** Defines a method as the language's own are: hidden from enumeration, and no constructor. */
export function defineMethod(
  target: object,
  name: string,
  length: number,
  run: (self: unknown, args: readonly unknown[]) => unknown,
): void {
  const holder = {
    [name](this: unknown, ...args: unknown[]): unknown {
      return run(this, args);
    },
  };
  const value = holder[name] as object;
  reflectDefineProperty(value, "length", { value: length });
  reflectDefineProperty(target, name, { value, writable: true, enumerable: false, configurable: true });
}

export function defineGetter(target: object, name: string, read: (self: unknown) => unknown): void {
  const holder = {
    get(this: unknown): unknown {
      return read(this);
    },
  };
  reflectDefineProperty(holder.get, "name", { value: `get ${name}` });
  reflectDefineProperty(target, name, { get: holder.get, enumerable: false, configurable: true });
}

function writeArguments(kinds: readonly ArgumentKind[], values: readonly unknown[]): Json[] {
  const args: Json[] = [];
  for (let index = 0; index < kinds.length; index++) {
    arrayPush(args, writeArgument(kinds[index] as ArgumentKind, values[index]));
  }
  return args;
}
