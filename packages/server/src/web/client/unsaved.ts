import { closestTo } from "./dom.ts";

/**
 * Asks before a page is left with work in it. What is typed below `[data-guard]` counts as unsaved until a form in it
 * is sent; what could not be sent is unsaved again.
 */
export function startUnsaved(): void {
  const remember = (event: Event) => mark(event, true);
  const forget = (event: Event) => mark(event, false);
  document.addEventListener("input", remember);
  document.addEventListener("submit", forget);
  document.addEventListener("htmx:before:request", (event) => {
    if (event.detail.ctx.request.method !== "GET") forget(event);
  });
  document.addEventListener("htmx:response:error", (event) => {
    if (event.detail.ctx.request.method !== "GET") remember(event);
  });
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector("[data-unsaved]") !== null) event.preventDefault();
  });
}

function mark(event: Event, isUnsaved: boolean): void {
  closestTo(event, "[data-guard]")?.toggleAttribute("data-unsaved", isUnsaved);
}
