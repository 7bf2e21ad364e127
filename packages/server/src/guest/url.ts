/** `URL` and `URLSearchParams` of the URL standard (https://url.spec.whatwg.org/). */
export { URLSearchParams, serializeParams } from "./url/search-params.ts";
export { URL, parseUrl, serializeUrl } from "./url/url.ts";
