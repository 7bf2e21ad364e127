import { isTyping } from "./dom.ts";

/** What follows `g` within this time says where to go. */
const GO_MS = 1_500;

/** The end of a link in the navigation, by the letter that follows `g`. */
const GO_TO: Readonly<Record<string, string>> = {
  s: "/scripts",
  x: "/executions",
  e: "/events",
  p: "/playground",
};

const FILTER = "main [role=search] input:not([type=hidden])";

/** Keys that work on every page; those of the editor become events, which its page listens to. */
export function startShortcuts(): void {
  let goUntil = 0;
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.isComposing) return;
    if (event.ctrlKey || event.metaKey) {
      if (press(event.key.toLowerCase(), event)) event.preventDefault();
      return;
    }
    if (isTyping(event) || document.querySelector("dialog:modal") !== null) return;
    const isGoing = event.timeStamp < goUntil;
    goUntil = event.key === "g" ? event.timeStamp + GO_MS : 0;
    if (isGoing && goTo(event.key)) return;
    if (event.key === "?") openDialog("#shortcuts");
    if (event.key === "/" && focusFilter()) event.preventDefault();
  });
}

/** With Ctrl or Cmd. @returns whether it meant something. */
function press(key: string, { target }: Event): boolean {
  if (key === "k") return openDialog("#palette");
  const isEditing = document.querySelector("code-editor") !== null;
  if (!isEditing || (key !== "s" && key !== "enter")) return false;
  const type = key === "s" ? "editor:save" : "editor:run";
  (target ?? document.body).dispatchEvent(new CustomEvent(type, { bubbles: true }));
  return true;
}

function openDialog(selector: string): boolean {
  const dialog = document.querySelector<HTMLDialogElement>(selector);
  if (dialog === null || dialog.open) return false;
  dialog.showModal();
  return true;
}

function focusFilter(): boolean {
  const filter = document.querySelector<HTMLInputElement>(FILTER);
  filter?.focus();
  filter?.select();
  return filter !== null;
}

function goTo(letter: string): boolean {
  const end = GO_TO[letter];
  const link =
    end === undefined ? null : document.querySelector<HTMLElement>(`#navigation a[href$="${end}"]`);
  link?.click();
  return link !== null;
}
