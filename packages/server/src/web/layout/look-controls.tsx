import { LANGUAGES } from "../messages/messages.ts";
import type { Language } from "../messages/messages.ts";
import type { View } from "../view.ts";

const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: "English", ru: "Русский" };

type Looks = Pick<View, "t" | "language" | "location" | "link">;

/** Turns light to dark and back. */
export function ThemeToggle({ view }: { view: Pick<View, "t"> }) {
  return (
    <button type="button" class="icon" data-theme-toggle aria-label={view.t.layout.theme}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.5" />
        <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" />
      </svg>
    </button>
  );
}

/** Leads back to the page in the chosen language. */
export function LanguageChoice({ view }: { view: Looks }) {
  return (
    <form method="post" action={view.link("/preferences")} class="languages">
      <input type="hidden" name="to" value={view.location} />
      <fieldset>
        <legend>{view.t.layout.language}</legend>
        {LANGUAGES.map((language) => (
          <button name="language" value={language} lang={language} aria-pressed={language === view.language}>
            {LANGUAGE_NAMES[language]}
          </button>
        ))}
      </fieldset>
    </form>
  );
}
