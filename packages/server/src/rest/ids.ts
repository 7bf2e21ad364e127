const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Tells whether a text from outside may be compared with an id column; anything else names nothing. */
export function isUuid(text: string): boolean {
  return UUID_PATTERN.test(text);
}
