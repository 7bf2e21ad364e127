import type { SiteAddress } from "../rest/site-address.ts";

const OWN = "http://own.invalid";

/** A path of the platform with its query; whatever a browser could read as another place becomes its home page. */
export function ownPath(to: string, { basePath }: Pick<SiteAddress, "basePath">): string {
  const home = `${basePath}/`;
  const url = to.startsWith("/") ? URL.parse(to, OWN) : null;
  // A path may begin with two slashes once its dots are gone, and would then name a host.
  if (url?.origin !== OWN || url.pathname.startsWith("//")) return home;
  return url.pathname.startsWith(home) ? url.pathname + url.search : home;
}
