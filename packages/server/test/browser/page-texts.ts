import { messagesOf } from "../../src/web/messages/messages.ts";
import type { Language } from "../../src/web/messages/messages.ts";

/** Stands for what a text is made with. */
const PLACE = "\u00a7";
/** Less than that outside of places is found everywhere. */
const LEAST_LETTERS = 4;
/** What such a place holds. */
const MOST_IN_PLACE = 80;

/** Finds texts of one language on pages of another. */
export interface StrangerFinder {
  /** @returns the texts of a page that are of the wrong language. */
  readonly find: (html: string) => string[];
}

/** Knows the texts that the languages have different words for. */
export function createStrangerFinder(wrong: Language, right: Language): StrangerFinder {
  // Words that both languages have, such as the levels of logs, are right wherever they are.
  const rightTexts = new Set(listTexts(messagesOf(right)));
  const texts = listTexts(messagesOf(wrong)).filter((text) => !rightTexts.has(text));
  const exact = new Set(texts.filter((text) => !text.includes(PLACE)));
  const patterns = texts.flatMap((text) => (text.includes(PLACE) ? toPattern(text) : []));
  return {
    find: (html) =>
      readTexts(html).filter((text) => exact.has(text) || patterns.some((pattern) => pattern.test(text))),
  };
}

function listTexts(texts: unknown): string[] {
  if (typeof texts === "string") return [texts];
  if (typeof texts === "function") return [makeText(texts as (...parts: string[]) => unknown)];
  return typeof texts === "object" && texts !== null ? Object.values(texts).flatMap(listTexts) : [];
}

/** A function that cannot be called with texts alone makes none that could be found. */
function makeText(write: (...parts: string[]) => unknown): string {
  try {
    return String(write(PLACE, PLACE, PLACE, PLACE));
  } catch {
    return "";
  }
}

function toPattern(text: string): RegExp[] {
  const parts = text.split(PLACE);
  if (parts.join("").replaceAll(/[^\p{L}]/gu, "").length < LEAST_LETTERS) return [];
  return [new RegExp(`^${parts.map(quote).join(`.{1,${MOST_IN_PLACE}}`)}$`, "u")];
}

function quote(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
}

const READ_ATTRIBUTES = /\s(?:aria-label|title|placeholder|alt|data-[\w-]+)="([^"]+)"/g;
/** What is written in it is not for people, or is somebody's own. */
const NOT_TEXT = /<(script|style|pre|code|textarea|code-editor)\b[^>]*>.*?<\/\1>/gs;

/** Texts between tags and in attributes that people get to see or hear. */
function readTexts(html: string): string[] {
  const attributes = [...html.matchAll(READ_ATTRIBUTES)].map(([, text = ""]) => text);
  const contents = html.replaceAll(NOT_TEXT, "<>").split(/<[^>]*>/);
  return [...contents, ...attributes]
    .map((text) => decodeEntities(text).trim())
    .filter((text) => text !== "");
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

function decodeEntities(text: string): string {
  return text.replaceAll(/&([\w#]+);/g, (all, name: string) => ENTITIES[name] ?? all);
}
