import { linkTo } from "./site.ts";

/** Leaves for the sign-in page, which leads back here. Fragments of htmx are led there by the server itself. */
export function leadToSignIn(): void {
  const to = new URLSearchParams({ to: location.pathname + location.search });
  location.assign(linkTo(`/sign-in?${to.toString()}`));
}
