import { createLineQueue } from "./line-queue.ts";
import { followLog } from "./log-source.ts";
import type { LogLine } from "./log-source.ts";
import { createLogView, MAX_SHOWN_LINES } from "./log-view.ts";
import type { LogView } from "./log-view.ts";

const BATCH_MS = 50;

/**
 * `<live-log src tenant after>`: shows the lines that an execution logs after the line numbered `after`, in batches,
 * so that a flood of them leaves the page usable. Fires `log:end` with `{ status }` when the execution has ended and
 * all its lines are shown. Without `src` nothing more comes, and the toolbar works all the same.
 */
class LiveLog extends HTMLElement {
  #stop: AbortController | undefined;

  connectedCallback(): void {
    const view = createLogView(this);
    const src = this.getAttribute("src");
    if (view === undefined) return;
    view.scrollToEnd();
    if (src === null) return;
    this.#stop = new AbortController();
    void this.#follow(src, view, this.#stop.signal);
  }

  disconnectedCallback(): void {
    this.#stop?.abort();
  }

  async #follow(url: string, view: LogView, signal: AbortSignal): Promise<void> {
    const queue = createLineQueue<LogLine>(MAX_SHOWN_LINES);
    const pause = this.querySelector<HTMLElement>("[data-pause]");
    if (pause !== null) bindPause(pause, () => view.scrollToEnd(), signal);
    let whenShown = () => {};
    const timer = setInterval(() => {
      if (pause?.ariaPressed === "true") return;
      if (queue.size > 0) view.append(queue.take());
      if (queue.size === 0) whenShown();
    }, BATCH_MS);
    signal.addEventListener("abort", () => clearInterval(timer));
    try {
      const status = await followLog({
        url,
        tenant: this.getAttribute("tenant") ?? undefined,
        after: this.getAttribute("after") ?? undefined,
        signal,
        onLines: (lines) => queue.add(lines),
      });
      await new Promise<void>((resolve) => (whenShown = resolve));
      if (status !== undefined) this.#end(status);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      clearInterval(timer);
    }
  }

  /** Nothing more comes: there is nothing to pause, and what is empty stays so. */
  #end(status: string): void {
    this.querySelector<HTMLElement>("[data-pause]")?.remove();
    const empty = this.querySelector<HTMLElement>(".log-empty");
    if (empty !== null) empty.textContent = empty.dataset["silent"] ?? "";
    this.dispatchEvent(new CustomEvent("log:end", { bubbles: true, detail: { status } }));
  }
}

/** The button stops new lines from coming into the page, and lets them in again. */
function bindPause(button: HTMLElement, follow: () => void, signal: AbortSignal): void {
  button.addEventListener(
    "click",
    () => {
      const isPaused = button.ariaPressed !== "true";
      button.ariaPressed = String(isPaused);
      const label = button.querySelector("span");
      if (label) label.textContent = button.dataset[isPaused ? "follow" : "pause"] ?? "";
      if (!isPaused) follow();
    },
    { signal },
  );
}

export function defineLiveLog(): void {
  customElements.define("live-log", LiveLog);
}
