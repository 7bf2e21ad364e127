import type { Language } from "./messages.ts";

const RULES = { en: new Intl.PluralRules("en"), ru: new Intl.PluralRules("ru") } as const satisfies Record<
  Language,
  Intl.PluralRules
>;
const NUMBERS = {
  en: new Intl.NumberFormat("en"),
  ru: new Intl.NumberFormat("ru"),
} as const satisfies Record<Language, Intl.NumberFormat>;

/** Forms of a noun by the plural categories of CLDR; `other` stands for those that are left out. */
export type PluralForms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

/** A count with its noun, e.g. `plural("en", 1200, { one: "script", other: "scripts" })` is `1,200 scripts`. */
export function plural(language: Language, count: number, forms: PluralForms): string {
  return `${NUMBERS[language].format(count)} ${forms[RULES[language].select(count)] ?? forms.other}`;
}
