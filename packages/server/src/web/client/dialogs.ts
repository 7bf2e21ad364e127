import { closestTo } from "./dom.ts";

/** Dialogs that come with fragments open by themselves, and those whose form was taken close. */
export function startDialogs(): void {
  document.addEventListener("htmx:after:swap", () => {
    document.querySelector<HTMLDialogElement>("dialog[data-open]:not([open])")?.showModal();
  });
  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    if (ctx.request.method === "GET" || (ctx.response?.status ?? 0) >= 400) return;
    ctx.sourceElement.closest<HTMLDialogElement>("dialog[open]")?.close();
  });
  if (!("commandForElement" in HTMLButtonElement.prototype)) startCommands();
}

/** What browsers of before 2026 do not know of the Invoker Commands API (HTML Standard, section 4.10.6). */
function startCommands(): void {
  document.addEventListener("click", (event) => {
    const button = closestTo(event, "button[commandfor]");
    const dialog = document.getElementById(button?.getAttribute("commandfor") ?? "");
    if (!(dialog instanceof HTMLDialogElement)) return;
    if (button?.getAttribute("command") === "show-modal") dialog.showModal();
    else dialog.close();
  });
}
