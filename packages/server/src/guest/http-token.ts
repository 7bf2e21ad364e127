import { stringCharCodeAt } from "./primordials.ts";

const TOKEN_CHARS = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const IS_TOKEN_CODE = new Uint8Array(256);
for (let index = 0; index < TOKEN_CHARS.length; index++) IS_TOKEN_CODE[TOKEN_CHARS.charCodeAt(index)] = 1;

/** Whether a text is a token of HTTP (RFC 9110, 5.6.2): what a method and a header name may be. */
export function isToken(text: string): boolean {
  const { length } = text;
  for (let index = 0; index < length; index++) {
    if (IS_TOKEN_CODE[stringCharCodeAt(text, index)] !== 1) return false;
  }
  return length > 0;
}
