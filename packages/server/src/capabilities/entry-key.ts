/** The longest key of an entry, in bytes of UTF-8. */
export const MAX_KEY_BYTES = 512;

/** How keys are bounded, for {@link LimitDefinition}. */
export const KEY_LIMIT = { name: "key", value: `${MAX_KEY_BYTES} bytes of UTF-8` } as const;

/** What keeps a text from being the key of an entry, as a sentence; undefined when nothing does. */
export function findKeyFault(key: string): string | undefined {
  const bytes = Buffer.byteLength(key);
  if (bytes > MAX_KEY_BYTES) return `The key has ${bytes} bytes; at most ${MAX_KEY_BYTES} are allowed.`;
  if (key === "") return "The key is empty.";
  if (!key.isWellFormed()) return `The key ${JSON.stringify(key)} holds half a character.`;
  if (key.includes("\0")) return `The key ${JSON.stringify(key)} holds the character U+0000.`;
  return undefined;
}
