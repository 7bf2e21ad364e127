import {
  type ArgumentKind,
  type ConstructorName,
  DURATION_FIELDS,
  LOCALE_FIELDS,
  MAX_LIST_ITEMS,
  MAX_LOCALES,
  MAX_NUMBER_CHARS,
  MAX_PASSAGE_CHARS,
  MAX_TEXT_CHARS,
  MAX_WORD_CHARS,
  type OptionKind,
  SERVICES,
  type ServiceName,
  type Subject,
} from "../guest/intl/schema.ts";

/** Whatever the locale of the host is; also the last choice for locales that nobody knows. */
const DEFAULT_LOCALE = "en-US";
/** Intl objects of one realm that are kept for its next questions. */
const MAX_KEPT_TARGETS = 64;
/** Longest question: two of the longest texts as JSON, where one character may take six, and its subject. */
const MAX_QUESTION_CHARS = 12 * MAX_TEXT_CHARS + 6 * (MAX_LOCALES + 32) * MAX_WORD_CHARS;
const MAX_MESSAGE_CHARS = 512;
/**
 * ICU takes time by the square of combining marks in a row, seconds for some thousands, when they interrupt a
 * contraction. No language has as many as these (UAX #15, Stream-Safe Text Format: 30), and none but short texts.
 */
const MANY_MARKS = /\p{M}{31}/u;
const SOME_MARKS = /\p{M}{4}/u;
const SHORT_CHARS = 4_096;
/** Of a number as text: ICU would write each of the zeros. As a number it is 0 or infinite. */
const FAR_EXPONENT = /^[^x]*e[+-]?\d{4}/iu;

/**
 * About what one of the larger Intl objects takes, in memory that the garbage collector does not know of: without being
 * told it lets thousands of them lie.
 */
const BALLAST_BYTES = 131_072;

/** What a subject stands for. Its methods take arguments that were checked. */
interface Target {
  readonly service: ServiceName;
  readonly ballast?: ArrayBuffer;
  readonly call: (method: string, args: readonly unknown[]) => unknown;
}

type Methods = Readonly<Record<string, ((...args: readonly unknown[]) => unknown) | undefined>>;

/**
 * Answers what a realm without Intl asks, from the Intl of this one; see {@link Subject}. Trusts nothing in a question.
 * Nothing of this host is in an answer but its default time zone, which the `Date` of such an engine has as well.
 */
export class HostIntl {
  readonly #targets = new Map<string, Target>();

  /** Answers one question, within some milliseconds. Never throws. */
  readonly answer = (question: string): string => {
    try {
      return JSON.stringify([this.#answer(question) ?? null]);
    } catch (error) {
      return JSON.stringify(describeFailure(error));
    }
  };

  #answer(question: string): unknown {
    if (question.length > MAX_QUESTION_CHARS) throw new RangeError("a question to Intl that is too long");
    const newline = question.indexOf("\n");
    const target = this.#take(question.slice(0, newline));
    const [method, ...args] = requireList(JSON.parse(question.slice(newline + 1)), MAX_LIST_ITEMS);
    const { methods } = SERVICES[target.service];
    if (typeof method !== "string" || !Object.hasOwn(methods, method)) {
      throw new TypeError(`Intl.${target.service} has no such method`);
    }
    const kinds = methods[method] as readonly ArgumentKind[];
    return target.call(
      method,
      kinds.map((kind, index) => ARGUMENTS[kind](args[index])),
    );
  }

  /** The target of a subject, which is the last to be forgotten from now on. */
  #take(subject: string): Target {
    const target = this.#targets.get(subject) ?? createTarget(readSubject(JSON.parse(subject)));
    this.#targets.delete(subject);
    this.#targets.set(subject, target);
    const [oldest] = this.#targets.keys();
    if (this.#targets.size > MAX_KEPT_TARGETS && oldest !== undefined) this.#targets.delete(oldest);
    return target;
  }
}

function createTarget([service, locales, options]: Subject): Target {
  switch (service) {
    case "Intl":
      return { service, call: (method, args) => callIntl(method, args, locales, options) };
    case "Locale":
      return { service, call: createLocaleCall(new Intl.Locale(locales[0] ?? "", options)) };
    default:
      return {
        service,
        ballast: new ArrayBuffer(BALLAST_BYTES),
        call: createCall(service, [...locales, DEFAULT_LOCALE], options),
      };
  }
}

function createCall(service: ConstructorName, locales: readonly string[], options: object): Target["call"] {
  const constructors = Intl as unknown as Record<string, new (...args: unknown[]) => Methods>;
  const Constructor = constructors[service];
  if (!Constructor) throw new TypeError(`Intl.${service} does not exist on this host`);
  const object = new Constructor(locales, options);
  return (method, args) => {
    if (method === "create") return null;
    if (method === "compare") args.forEach(requireFewMarks);
    return method === "segment"
      ? cutText(object as unknown as Intl.Segmenter, args[0] as string)
      : object[method]?.(...args);
  };
}

function requireFewMarks(text: unknown): void {
  const marks = (text as string).length > SHORT_CHARS ? SOME_MARKS : MANY_MARKS;
  if (marks.test(text as string)) throw new RangeError("too many combining marks in a row");
}

/** Where each segment ends and, for words, a 1 for each that is like one, else a 0. */
function cutText(segmenter: Intl.Segmenter, text: string): readonly unknown[] {
  const ends: number[] = [];
  let wordLikes = "";
  for (const { segment, index, isWordLike } of segmenter.segment(text)) {
    ends.push(index + segment.length);
    if (isWordLike !== undefined) wordLikes += isWordLike ? "1" : "0";
  }
  return wordLikes === "" ? [ends] : [ends, wordLikes];
}

function createLocaleCall(locale: Intl.Locale): Target["call"] {
  const members = locale as unknown as Methods;
  return (method) => {
    if (method !== "describe") return toTag(Reflect.apply(members[method] ?? (() => null), locale, []));
    return [locale.toString(), Object.fromEntries(LOCALE_FIELDS.map((field) => [field, members[field]]))];
  };
}

function toTag(value: unknown): unknown {
  return value instanceof Intl.Locale ? value.toString() : value;
}

function callIntl(
  method: string,
  [text]: readonly unknown[],
  locales: readonly string[],
  options: Readonly<Record<string, unknown>>,
): unknown {
  switch (method) {
    case "getCanonicalLocales":
      return Intl.getCanonicalLocales(locales);
    case "supportedValuesOf":
      return Intl.supportedValuesOf(text as "unit");
    case "supportedLocalesOf":
      return findSupported(text as string, locales, options);
    case "toLocaleLowerCase":
      return (text as string).toLocaleLowerCase([...locales]);
    default:
      return (text as string).toLocaleUpperCase([...locales]);
  }
}

function findSupported(service: string, locales: readonly string[], options: object): readonly string[] {
  const isConstructor = Object.hasOwn(SERVICES, service) && service !== "Intl" && service !== "Locale";
  if (!isConstructor) throw new RangeError("no such constructor in Intl");
  const constructors = Intl as unknown as Record<
    string,
    { supportedLocalesOf(...args: unknown[]): string[] }
  >;
  return constructors[service]?.supportedLocalesOf(locales, options) ?? [];
}

function readSubject(subject: unknown): Subject {
  const [service, locales, options] = requireList(subject, 3);
  if (typeof service !== "string" || !Object.hasOwn(SERVICES, service)) {
    throw new TypeError("Intl has no such constructor");
  }
  const name = service as ServiceName;
  return [
    name,
    requireList(locales, MAX_LOCALES).map((locale) => requireText(locale, MAX_WORD_CHARS)),
    requireOptions(options, SERVICES[name].options),
  ];
}

function requireOptions(options: unknown, kinds: Readonly<Record<string, OptionKind>>): Subject[2] {
  for (const [name, value] of Object.entries(requireObject(options))) {
    if (!Object.hasOwn(kinds, name)) throw new TypeError("Intl has no such option");
    OPTIONS[kinds[name] as OptionKind](value);
  }
  return options as Subject[2];
}

const OPTIONS: Readonly<Record<OptionKind, (value: unknown) => unknown>> = {
  text: (value) => requireText(value, MAX_WORD_CHARS),
  flag: requireFlag,
  number: requireNumber,
  grouping: (value) => (typeof value === "string" ? requireText(value, MAX_WORD_CHARS) : requireFlag(value)),
};

/** What the host's method is given for an argument. */
const ARGUMENTS: Readonly<Record<ArgumentKind, (value: unknown) => unknown>> = {
  text: (value) => requireText(value, MAX_TEXT_CHARS),
  word: (value) => requireText(value, MAX_WORD_CHARS),
  passage: (value) => requireText(value, MAX_PASSAGE_CHARS),
  number: readNumber,
  givenNumber: readNumber,
  time: readTime,
  givenTime: readTime,
  list: readList,
  duration: readDuration,
};

function readNumber(value: unknown): unknown {
  const text = requireText(value, MAX_NUMBER_CHARS);
  if (text.startsWith("i")) return BigInt(text.slice(1));
  return text.startsWith("n") || FAR_EXPONENT.test(text) ? Number(text.slice(1)) : text.slice(1);
}

function readTime(value: unknown): number {
  return value === null ? NaN : requireNumber(value);
}

function readList(value: unknown): readonly string[] {
  let chars = 0;
  return requireList(value, MAX_LIST_ITEMS).map((item) => {
    const text = requireText(item, MAX_TEXT_CHARS - chars);
    chars += text.length;
    return text;
  });
}

function readDuration(value: unknown): unknown {
  if (typeof value === "string") return requireText(value, MAX_WORD_CHARS);
  const fields: readonly string[] = DURATION_FIELDS;
  for (const [name, amount] of Object.entries(requireObject(value))) {
    if (!fields.includes(name)) throw new TypeError("a duration has no such field");
    requireNumber(amount);
  }
  return value;
}

function requireList(value: unknown, maxItems: number): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError("a question to Intl with no list where there must be one");
  if (value.length > maxItems) throw new RangeError(`a list of more than ${maxItems} items`);
  return value as readonly unknown[];
}

function requireObject(value: unknown): object {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new TypeError("a question to Intl with no object where there must be one");
}

function requireText(value: unknown, maxChars: number): string {
  if (typeof value !== "string")
    throw new TypeError("a question to Intl with no text where there must be one");
  if (value.length > maxChars) throw new RangeError(`a text of more than ${maxChars} characters`);
  return value;
}

function requireNumber(value: unknown): number {
  if (!Number.isFinite(value))
    throw new RangeError("a question to Intl with no number where there must be one");
  return value as number;
}

function requireFlag(value: unknown): boolean {
  if (typeof value !== "boolean")
    throw new TypeError("a question to Intl with no flag where there must be one");
  return value;
}

/** Messages of Intl speak of locales, options and arguments, which are the guest's own. */
function describeFailure(error: unknown): { readonly name: string; readonly message: string } {
  return {
    name: error instanceof TypeError ? "TypeError" : "RangeError",
    message: error instanceof Error ? error.message.slice(0, MAX_MESSAGE_CHARS) : "",
  };
}
