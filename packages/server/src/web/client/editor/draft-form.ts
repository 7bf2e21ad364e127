import { findRewriting } from "./rewriting.ts";

/** What one request sends and the form holds anyway, or that changes with every save. */
const NOT_WRITTEN = ["baseVersion", "draftRevision", "draftSavedAt", "note"];

/**
 * `<form data-draft>`: what is written in it is saved by itself. Its requests come one after another, and each sends what
 * the form holds when its turn comes: the one before may have counted the revision up. While the server cannot be
 * reached the form has `data-unreachable`; `data-unsaved` goes when the server says that it saved what the form holds.
 */
export function startDraftForm(): void {
  const sent = new WeakMap<HTMLFormElement, string>();
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    const form = draftFormOf(ctx);
    if (form === undefined) return;
    form.removeAttribute("data-unreachable");
    ctx.request.body = readForm(form);
    sent.set(form, readWritten(form));
  });
  document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
    const form = ctx && draftFormOf(ctx);
    form?.toggleAttribute("data-unreachable", true);
    form?.toggleAttribute("data-unsaved", true);
  });
  for (const type of ["skerry:saved", "skerry:published"]) {
    document.addEventListener(type, () => {
      const form = document.querySelector<HTMLFormElement>("form[data-draft]");
      if (form !== null && sent.get(form) === readWritten(form)) form.removeAttribute("data-unsaved");
    });
  }
  document.addEventListener("htmx:after:swap", takeRewrittenSource);
  // What is wrong stands in the page, and not in the dialog that asked.
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    ctx.sourceElement.closest<HTMLDialogElement>("dialog[data-for-draft]")?.close();
  });
}

/** The server writes settings into a source that says them: what was written on meanwhile stays. */
function takeRewrittenSource(): void {
  const told = document.querySelector<HTMLElement>("#rewritten-source[data-saved]");
  const area = document.querySelector<HTMLTextAreaElement>('form[data-draft] textarea[name="source"]');
  if (told === null || area === null) return;
  const { written = "", saved = "" } = told.dataset;
  delete told.dataset["saved"];
  const rewriting = findRewriting(area.value, written, saved);
  if (rewriting === undefined) return;
  const isShown = area.dispatchEvent(
    new CustomEvent("editor:rewrite", { bubbles: true, cancelable: true, detail: rewriting }),
  );
  if (isShown) area.setRangeText(rewriting.text, rewriting.start, rewriting.end);
}

type RequestContext = HTMLElementEventMap["htmx:before:request"]["detail"]["ctx"];

/** The form that a request sends. */
function draftFormOf({ sourceElement, request }: RequestContext): HTMLFormElement | undefined {
  const form: unknown = sourceElement instanceof HTMLFormElement ? sourceElement : request.form;
  const isSent = request.method === "POST" && form instanceof HTMLFormElement;
  return isSent && form.matches("[data-draft]") ? form : undefined;
}

function readForm(form: HTMLFormElement): URLSearchParams {
  const entries = [...new FormData(form)];
  return new URLSearchParams(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function readWritten(form: HTMLFormElement): string {
  const fields = readForm(form);
  for (const name of NOT_WRITTEN) fields.delete(name);
  return fields.toString();
}
