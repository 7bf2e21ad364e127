import { closestTo } from "./dom.ts";

const SHOWN_MS = 6_000;

/** What the header `HX-Trigger` tells: see `formatToastHeader`. */
interface ToastDetail {
  readonly text: string;
  readonly kind: "done" | "failed";
}

/** Shows what answers tell of, and what the page before left. What failed stays until somebody closes it. */
export function startToasts(): void {
  for (const toast of document.querySelectorAll<HTMLElement>("#toasts .toast")) letGo(toast);
  document.addEventListener("toast", (event) => {
    showToast((event as CustomEvent<ToastDetail>).detail);
  });
  // No answer came at all.
  document.addEventListener("htmx:error", ({ detail }) => {
    if (!("ctx" in detail)) return;
    const text = region()?.dataset["failedLabel"] ?? String(detail.error);
    showToast({ text, kind: "failed" });
  });
  document.addEventListener("click", (event) => {
    closestTo(event, "[data-toast-close]")?.closest(".toast")?.remove();
  });
  // In a modal dialog's shadow nobody could read or close them.
  document.addEventListener("close", () => placeRegion(), { capture: true });
}

function showToast({ text, kind }: ToastDetail): void {
  const toast = document.createElement("div");
  toast.className = `toast ${kind}`;
  const words = document.createElement("span");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.dataset["toastClose"] = "";
  close.ariaLabel = region()?.dataset["closeLabel"] ?? null;
  close.textContent = "×";
  toast.append(words, close);
  placeRegion();
  region()?.append(toast);
  letGo(toast);
}

function letGo(toast: HTMLElement): void {
  if (!toast.classList.contains("failed")) setTimeout(() => toast.remove(), SHOWN_MS);
}

function region(): HTMLElement | null {
  return document.querySelector<HTMLElement>("#toasts");
}

function placeRegion(): void {
  const place = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body;
  const toasts = region();
  if (toasts !== null && toasts.parentElement !== place) place.append(toasts);
}
