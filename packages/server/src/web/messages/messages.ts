import { en } from "./en/index.ts";
import { ru } from "./ru/index.ts";

/** Every text of the pages. English is the model; the other languages have the same shape. */
export type Messages = typeof en;

/** Languages that are there as a whole, the one of those who ask for none of them first. */
export const LANGUAGES = ["en", "ru"] as const;
export type Language = (typeof LANGUAGES)[number];

const MESSAGES: Readonly<Record<Language, Messages>> = { en, ru };

export function messagesOf(language: Language): Messages {
  return MESSAGES[language];
}

export function isLanguage(text: string | undefined): text is Language {
  return LANGUAGES.some((language) => language === text);
}
