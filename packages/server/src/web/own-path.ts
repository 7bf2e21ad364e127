const OWN = "http://own.invalid";

/** A path of this server with its query; whatever a browser could read as another place becomes `/`. */
export function ownPath(to: string): string {
  const url = to.startsWith("/") ? URL.parse(to, OWN) : null;
  // A path may begin with two slashes once its dots are gone, and would then name a host.
  return url?.origin === OWN && !url.pathname.startsWith("//") ? url.pathname + url.search : "/";
}
