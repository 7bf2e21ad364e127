// C0 but for tab and line feed, DEL, C1, and the characters that reorder or hide text (Unicode TR 36).
const CONTROL = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/**
 * Text of a script made fit for a terminal: whatever could move the cursor, change colours or hide text shows
 * as `\u001b`. Line feeds and tabs stay. In JSON text the escapes keep the meaning.
 */
export function escapeControls(text: string): string {
  return text.replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Sets every line after the first in by `indent`, so that no script can write what looks like a line of ours. */
export function indentContinuation(text: string, indent: string): string {
  return text.replaceAll("\n", `\n${indent}`);
}
