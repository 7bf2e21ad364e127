/** What embedded pages load in place of `main.ts`: the same, on behalf of whom the embedding page says. */
import "./main.ts";
import { createAuthorizedFetch, createEmbedToken } from "./embed-token.ts";
import { isFrameAncestor } from "./frame-origins.ts";

/** What the embedding page is told. */
type Told =
  | { readonly type: "skerry:token-needed" }
  | { readonly type: "skerry:height"; readonly height: number }
  | { readonly type: "skerry:saved" | "skerry:published"; readonly detail: unknown };

const sources = (document.documentElement.dataset["frameAncestors"] ?? "").split(" ");
const token = createEmbedToken(() => tell({ type: "skerry:token-needed" }));

window.fetch = createAuthorizedFetch(token, window.fetch.bind(window), location.origin);
takeFragment();
window.addEventListener("message", ({ source, origin, data }: MessageEvent<unknown>) => {
  if (source !== window.parent || !isFrameAncestor(origin, sources, location.origin)) return;
  if (isTokenMessage(data)) token.set(data.token);
});
for (const type of ["skerry:saved", "skerry:published"] as const) {
  document.addEventListener(type, (event) =>
    tell({ type, detail: (event as CustomEvent).detail as unknown }),
  );
}
new ResizeObserver(() => tell({ type: "skerry:height", height: document.body.scrollHeight })).observe(
  document.body,
);

/** A token in the address is taken out of it at once: histories and referrers must not keep it. */
function takeFragment(): void {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given === null) return;
  history.replaceState(null, "", location.pathname + location.search);
  token.set(given);
}

function isTokenMessage(data: unknown): data is { token: string } {
  if (typeof data !== "object" || data === null || !("type" in data) || !("token" in data)) return false;
  return data.type === "skerry:token" && typeof data.token === "string";
}

/**
 * None of the messages holds anything secret, and only pages of `frame-ancestors` can embed this one: so it does not
 * matter which of them listens.
 */
function tell(message: Told): void {
  if (window.parent !== window) window.parent.postMessage(message, "*");
}
