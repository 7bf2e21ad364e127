import { closestTo } from "./dom.ts";

/** The page that one-time links open: see `LinkForm`. */
export function startSignIn(): void {
  const form = document.querySelector<HTMLFormElement>("[data-sign-in-link]");
  if (form === null) return;
  takeLink(form);
  // Another link was opened while the page was there.
  window.addEventListener("hashchange", () => takeLink(form));
  document.addEventListener("click", (event) => {
    const provider = closestTo(event, "[data-sign-in-provider]");
    if (provider instanceof HTMLAnchorElement) nameTenant(provider);
  });
}

/** The link leaves the address, and with it the browser's history. */
function takeLink(form: HTMLFormElement): void {
  const link = location.hash.slice(1);
  const field = form.querySelector<HTMLInputElement>("[name=link]");
  if (!link.startsWith("sl_") || field === null) return;
  history.replaceState(null, "", location.pathname + location.search);
  field.value = link;
  form.hidden = false;
  document.querySelector("[data-sign-in-otherwise]")?.toggleAttribute("hidden", true);
  document.querySelector("[role=alert]")?.remove();
  keepForOtherLanguage(link);
}

/** Choosing a language leads back here, with the fragment of where one was led from (RFC 9110, section 10.2.2). */
function keepForOtherLanguage(link: string): void {
  const languages = document.querySelector<HTMLFormElement>("form.languages");
  if (languages === null) return;
  const action = new URL(languages.action);
  action.hash = link;
  languages.action = action.href;
}

/** The provider is asked for somebody of the tenant that was typed. */
function nameTenant(provider: HTMLAnchorElement): void {
  const tenant = document.querySelector<HTMLInputElement>("[name=tenant]")?.value ?? "";
  const url = new URL(provider.href);
  if (tenant === "") url.searchParams.delete("tenant");
  else url.searchParams.set("tenant", tenant);
  provider.href = url.href;
}
