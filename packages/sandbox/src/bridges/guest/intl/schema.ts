/**
 * What an engine without an Intl of its own asks the host's Intl (ECMA-402). Both sides read this: the guest makes its
 * classes from it, and the host answers nothing else.
 *
 * A question is two lines of JSON: the {@link Subject}, and an array of a method's name and its arguments. The answer is
 * an array of the result, or `{ name, message }` of what was thrown. Nothing is remembered between two questions.
 */
export type Subject = readonly [
  service: ServiceName,
  locales: readonly string[],
  options: Readonly<Record<string, OptionValue>>,
];

export type OptionValue = string | number | boolean;

/** Global that the engine gives the kernel for asking. The kernel takes it away. */
export const ASK_INTL = "__askIntl";

/** Longest text of an argument, in characters. */
export const MAX_TEXT_CHARS = 65_536;
/** Longest text to be compared or cut into segments, which takes the host longer than other work on texts. */
export const MAX_PASSAGE_CHARS = 16_384;
/** Longest list, and longest number in digits or as text. */
export const MAX_LIST_ITEMS = 1_000;
export const MAX_NUMBER_CHARS = 1_000;
export const MAX_LOCALES = 32;
/** Longest locale, or text of an option. */
export const MAX_WORD_CHARS = 256;

/** How an option is read (ECMA-402 9.2.12 and following). */
export type OptionKind = "text" | "flag" | "number" | "grouping";

/** How an argument is read in the guest; on the way it is what the comment says. */
export type ArgumentKind =
  /** Text. */
  | "text"
  /** Text of at most {@link MAX_WORD_CHARS} characters. */
  | "word"
  /** Text of at most {@link MAX_PASSAGE_CHARS} characters. */
  | "passage"
  /** A letter, n(umber), i(nteger) or s(tring), and its text; "given": not undefined. */
  | "number"
  | "givenNumber"
  /** Milliseconds, `null` for an invalid one. A missing one is now. */
  | "time"
  | "givenTime"
  /** Texts. */
  | "list"
  /** Text, or numbers by the names in {@link DURATION_FIELDS}. */
  | "duration";

export interface ServiceSchema {
  readonly options: Readonly<Record<string, OptionKind>>;
  readonly methods: Readonly<Record<string, readonly ArgumentKind[]>>;
  /** The method that a getter gives bound, of the services that can be called without `new`. */
  readonly bound?: string;
  /** Options must be an object. */
  readonly isStrict?: boolean;
}

export const DURATION_FIELDS = [
  "days",
  "hours",
  "microseconds",
  "milliseconds",
  "minutes",
  "months",
  "nanoseconds",
  "seconds",
  "weeks",
  "years",
] as const;

const DIGITS = {
  minimumIntegerDigits: "number",
  minimumFractionDigits: "number",
  maximumFractionDigits: "number",
  minimumSignificantDigits: "number",
  maximumSignificantDigits: "number",
  roundingIncrement: "number",
  roundingMode: "text",
  roundingPriority: "text",
  trailingZeroDisplay: "text",
} as const;

/** Of every service. */
const COMMON = {
  /** Makes the object, and throws as its constructor does. */
  create: [],
  resolvedOptions: [],
} as const;

/** The constructors whose objects are an Intl object on the host. */
const CONSTRUCTORS = {
  Collator: {
    options: {
      usage: "text",
      localeMatcher: "text",
      collation: "text",
      numeric: "flag",
      caseFirst: "text",
      sensitivity: "text",
      ignorePunctuation: "flag",
    },
    methods: { ...COMMON, compare: ["passage", "passage"] },
    bound: "compare",
  },
  DateTimeFormat: {
    options: {
      localeMatcher: "text",
      calendar: "text",
      numberingSystem: "text",
      hour12: "flag",
      hourCycle: "text",
      timeZone: "text",
      weekday: "text",
      era: "text",
      year: "text",
      month: "text",
      day: "text",
      dayPeriod: "text",
      hour: "text",
      minute: "text",
      second: "text",
      fractionalSecondDigits: "number",
      timeZoneName: "text",
      formatMatcher: "text",
      dateStyle: "text",
      timeStyle: "text",
    },
    methods: {
      ...COMMON,
      format: ["time"],
      formatToParts: ["time"],
      formatRange: ["givenTime", "givenTime"],
      formatRangeToParts: ["givenTime", "givenTime"],
    },
    bound: "format",
  },
  DisplayNames: {
    options: {
      localeMatcher: "text",
      style: "text",
      type: "text",
      fallback: "text",
      languageDisplay: "text",
    },
    methods: { ...COMMON, of: ["word"] },
    isStrict: true,
  },
  DurationFormat: {
    options: {
      localeMatcher: "text",
      numberingSystem: "text",
      style: "text",
      years: "text",
      yearsDisplay: "text",
      months: "text",
      monthsDisplay: "text",
      weeks: "text",
      weeksDisplay: "text",
      days: "text",
      daysDisplay: "text",
      hours: "text",
      hoursDisplay: "text",
      minutes: "text",
      minutesDisplay: "text",
      seconds: "text",
      secondsDisplay: "text",
      milliseconds: "text",
      millisecondsDisplay: "text",
      microseconds: "text",
      microsecondsDisplay: "text",
      nanoseconds: "text",
      nanosecondsDisplay: "text",
      fractionalDigits: "number",
    },
    methods: { ...COMMON, format: ["duration"], formatToParts: ["duration"] },
    isStrict: true,
  },
  ListFormat: {
    options: { localeMatcher: "text", type: "text", style: "text" },
    methods: { ...COMMON, format: ["list"], formatToParts: ["list"] },
    isStrict: true,
  },
  NumberFormat: {
    options: {
      localeMatcher: "text",
      numberingSystem: "text",
      style: "text",
      currency: "text",
      currencyDisplay: "text",
      currencySign: "text",
      unit: "text",
      unitDisplay: "text",
      notation: "text",
      ...DIGITS,
      compactDisplay: "text",
      useGrouping: "grouping",
      signDisplay: "text",
    },
    methods: {
      ...COMMON,
      format: ["number"],
      formatToParts: ["number"],
      formatRange: ["givenNumber", "givenNumber"],
      formatRangeToParts: ["givenNumber", "givenNumber"],
    },
    bound: "format",
  },
  PluralRules: {
    options: { localeMatcher: "text", type: "text", notation: "text", compactDisplay: "text", ...DIGITS },
    methods: { ...COMMON, select: ["number"], selectRange: ["givenNumber", "givenNumber"] },
  },
  RelativeTimeFormat: {
    options: { localeMatcher: "text", numberingSystem: "text", style: "text", numeric: "text" },
    methods: { ...COMMON, format: ["number", "word"], formatToParts: ["number", "word"] },
  },
  /** `segment` gives where each segment ends and, for words, whether each is like one. */
  Segmenter: {
    options: { localeMatcher: "text", granularity: "text" },
    methods: { ...COMMON, segment: ["passage"] },
    isStrict: true,
  },
} as const satisfies Readonly<Record<string, ServiceSchema>>;

/** What is no such object on the host, and is asked in the same way. */
const OTHERS = {
  /** Its one locale is the tag. `describe` gives all of {@link LOCALE_FIELDS}. */
  Locale: {
    options: {
      language: "text",
      script: "text",
      region: "text",
      variants: "text",
      calendar: "text",
      collation: "text",
      firstDayOfWeek: "text",
      hourCycle: "text",
      caseFirst: "text",
      numeric: "flag",
      numberingSystem: "text",
    },
    methods: {
      describe: [],
      maximize: [],
      minimize: [],
      getCalendars: [],
      getCollations: [],
      getHourCycles: [],
      getNumberingSystems: [],
      getTextInfo: [],
      getTimeZones: [],
      getWeekInfo: [],
    },
  },
  /** Functions of Intl itself, and of texts: about the locales of the subject. */
  Intl: {
    options: { localeMatcher: "text" },
    methods: {
      getCanonicalLocales: [],
      supportedLocalesOf: ["word"],
      supportedValuesOf: ["word"],
      toLocaleLowerCase: ["text"],
      toLocaleUpperCase: ["text"],
    },
  },
} as const satisfies Readonly<Record<string, ServiceSchema>>;

/** What `describe` tells of a locale; what it does not have is missing. */
export const LOCALE_FIELDS = [
  "baseName",
  "calendar",
  "caseFirst",
  "collation",
  "firstDayOfWeek",
  "hourCycle",
  "language",
  "numberingSystem",
  "numeric",
  "region",
  "script",
  "variants",
] as const;

export type ConstructorName = keyof typeof CONSTRUCTORS;
export type ServiceName = ConstructorName | keyof typeof OTHERS;

export const CONSTRUCTOR_NAMES = Object.keys(CONSTRUCTORS) as readonly ConstructorName[];
export const SERVICES: Readonly<Record<ServiceName, ServiceSchema>> = { ...CONSTRUCTORS, ...OTHERS };
