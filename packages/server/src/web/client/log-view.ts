import { pageLanguage } from "./dom.ts";
import type { LogLine } from "./log-source.ts";

/** The oldest go when there are more. */
export const MAX_SHOWN_LINES = 2_000;

/** Somebody who has scrolled further up is reading. */
const AT_END_PX = 40;

/** The lines of a log in the page, with what is sought and shown of them. */
export interface LogView {
  append(lines: readonly LogLine[]): void;
  scrollToEnd(): void;
}

/** Makes the lines' list and the toolbar that the server rendered work together. */
export function createLogView(element: HTMLElement): LogView | undefined {
  const list = element.querySelector<HTMLElement>(".log-lines");
  const toolbar = element.querySelector<HTMLElement>(".log-toolbar");
  if (list === null || toolbar === null) return undefined;
  const count = toolbar.querySelector("output");
  const search = toolbar.querySelector("input");
  const hiddenLevels = new Set<string>();
  const numbers = new Intl.NumberFormat(pageLanguage());

  function isShown(line: HTMLElement): boolean {
    if ([...hiddenLevels].some((level) => line.classList.contains(level))) return false;
    const sought = search?.value.toLowerCase() ?? "";
    return sought === "" || (line.textContent ?? "").toLowerCase().includes(sought);
  }

  function showLines(lines: Iterable<HTMLElement>): void {
    for (const line of lines) line.hidden = !isShown(line);
    if (count) count.textContent = numbers.format(list?.querySelectorAll(".line:not([hidden])").length ?? 0);
  }

  toolbar.hidden = false;
  toolbar.addEventListener("input", () => showLines(linesOf(list)));
  toolbar.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLElement>("[data-level]") : null;
    const level = button?.dataset["level"];
    if (button === null || level === undefined) return;
    if (!hiddenLevels.delete(level)) hiddenLevels.add(level);
    button.ariaPressed = String(!hiddenLevels.has(level));
    showLines(linesOf(list));
  });

  return {
    append(lines) {
      const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < AT_END_PX;
      const made = lines.map(makeLine);
      list.querySelector(".log-empty")?.before(...made);
      for (const line of linesOf(list).slice(0, -MAX_SHOWN_LINES)) line.remove();
      showLines(made);
      if (isAtEnd) this.scrollToEnd();
    },
    scrollToEnd() {
      list.scrollTop = list.scrollHeight;
    },
  };
}

function linesOf(list: HTMLElement): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>(".line")];
}

/** The same as the server renders. */
function makeLine({ seq, level, time, message, fields }: LogLine): HTMLElement {
  const line = document.createElement("div");
  line.className = `line ${level}`;
  line.dataset["seq"] = String(seq);
  const at = document.createElement("time");
  at.dateTime = time;
  at.textContent = time.slice(11, 23);
  const text = makeSpan("text", message);
  if (fields !== null) text.append(makeSpan("fields", ` ${JSON.stringify(fields)}`));
  line.append(at, makeSpan("level", level), text);
  return line;
}

function makeSpan(className: string, text: string): HTMLElement {
  const span = document.createElement("span");
  span.className = className;
  span.textContent = text;
  return span;
}
