import { closestTo } from "./dom.ts";

const SAID_MS = 2_000;

/** `[data-copy]` copies its text, `[data-copy-target]` the text or value of the element that its selector finds. */
export function startCopying(): void {
  document.addEventListener("click", (event) => {
    const button = closestTo(event, "[data-copy], [data-copy-target]");
    if (button !== undefined) void copy(button);
  });
}

async function copy(button: HTMLElement): Promise<void> {
  await navigator.clipboard.writeText(button.dataset["copy"] ?? readTarget(button));
  const { ariaLabel } = button;
  button.classList.add("is-copied");
  button.ariaLabel = button.dataset["copied"] ?? ariaLabel;
  setTimeout(() => {
    button.classList.remove("is-copied");
    button.ariaLabel = ariaLabel;
  }, SAID_MS);
}

function readTarget({ dataset }: HTMLElement): string {
  const target = document.querySelector(dataset["copyTarget"] ?? "");
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement
    ? target.value
    : (target?.textContent ?? "");
}
