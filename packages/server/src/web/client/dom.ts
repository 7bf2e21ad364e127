/** The element that an event happened in, or one around it, that matches. */
export function closestTo(event: Event, selector: string): HTMLElement | undefined {
  const { target } = event;
  return (target instanceof Element ? target.closest<HTMLElement>(selector) : null) ?? undefined;
}

/** Whether somebody types: then letters are text and no shortcuts. */
export function isTyping(event: Event): boolean {
  return closestTo(event, "input, textarea, select, code-editor, [contenteditable]") !== undefined;
}

/** The language that the page is written in. */
export function pageLanguage(): string {
  return document.documentElement.lang;
}
