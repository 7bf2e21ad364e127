/**
 * What asks again and again for something newer (`hx-trigger="every …"`) rests while nobody sees the page, and while
 * somebody works in what would be replaced.
 */
export function startPolling(): void {
  document.addEventListener("htmx:before:request", rest);
  // Somebody may have begun meanwhile.
  document.addEventListener("htmx:before:swap", rest);
}

function rest(event: HTMLElementEventMap["htmx:before:request" | "htmx:before:swap"]): void {
  const { sourceEvent, sourceElement } = event.detail.ctx;
  if (sourceEvent?.type !== "every") return;
  const inUse = sourceElement.querySelector(":checked, :focus-visible, :popover-open, [open]");
  if (document.hidden || inUse !== null) event.preventDefault();
}
