import CoreUrlClass from "core-js-pure/actual/url/index.js";
import CoreUrlSearchParamsClass from "core-js-pure/actual/url-search-params/index.js";
import { reflectApply } from "./primordials.ts";

/** `URL` of the URL standard (https://url.spec.whatwg.org/). Host names are encoded without Unicode mapping. */
export const URL = CoreUrlClass;
export type URL = CoreUrl;

/** `URLSearchParams` of the URL standard. */
export const URLSearchParams = CoreUrlSearchParamsClass;
export type URLSearchParams = CoreUrlSearchParams;

// oxlint-disable-next-line typescript/unbound-method -- applied to its receiver below
const { toString: urlToString } = CoreUrlClass.prototype;
// oxlint-disable-next-line typescript/unbound-method -- applied to its receiver below
const { toString: paramsToString } = CoreUrlSearchParamsClass.prototype;

/** The serialised absolute URL, whatever a script did to `URL.prototype`. @throws TypeError when it is invalid */
export function parseUrl(input: string): URL {
  return new CoreUrlClass(input);
}

export function serializeUrl(url: URL): string {
  return reflectApply(urlToString, url, []);
}

export function serializeParams(params: URLSearchParams): string {
  return reflectApply(paramsToString, params, []);
}
