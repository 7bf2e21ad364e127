import { entropy } from "@skerry/sandbox/guest";
import { File, blobBytes, joinBytes } from "./blob.ts";
import { FormData, formFields } from "./form-data.ts";
import {
  NativeTypeError,
  append,
  reflectApply,
  stringIndexOf,
  stringSlice,
  stringToLowerCase,
} from "./primordials.ts";
import { decodeUtf8, encodeUtf8 } from "./text-encoding.ts";

/** A form as the body of a request. */
export interface MultipartBody {
  readonly data: Uint8Array;
  readonly contentType: string;
}

/** Nobody guesses it, so no field's value can end its own part. */
const BOUNDARY_BYTES = 16;
/** RFC 2046, section 5.1.1. */
const MAX_BOUNDARY_LENGTH = 70;
const CRLF = encodeUtf8("\r\n");
const DASH = 0x2d;
const CR = 0x0d;
const LF = 0x0a;

const { replace: nativeReplace } = String.prototype;
const matchBoundary = RegExp.prototype.exec.bind(/;[\t ]*boundary=(?:"([^"]*)"|([^\t ;"]+))/i);
const LINE_BREAK = /\r\n|\r|\n/g;
const ESCAPED_IN_NAME = /[\r\n"]/g;
const NAME_ESCAPE = /%0D|%0A|%22/gi;

/**
 * https://html.spec.whatwg.org/#multipart/form-data-encoding-algorithm
 *
 * @param boundary stands nowhere in the form. Default one by chance.
 */
export function encodeMultipart(form: FormData, boundary: string = createBoundary()): MultipartBody {
  const parts: Uint8Array[] = [];
  const fields = formFields(form);
  for (let index = 0; index < fields.length; index++) {
    const { name, value } = fields[index] as (typeof fields)[number];
    const head = `--${boundary}\r\ncontent-disposition: form-data; name="${escapeName(unifyLineBreaks(name))}"`;
    if (typeof value === "string") {
      append(parts, encodeUtf8(`${head}\r\n\r\n${unifyLineBreaks(value)}\r\n`));
    } else {
      const type = value.type === "" ? "application/octet-stream" : value.type;
      const file = `; filename="${escapeName(value.name)}"\r\ncontent-type: ${type}\r\n\r\n`;
      append(parts, encodeUtf8(head + file));
      append(parts, blobBytes(value));
      append(parts, CRLF);
    }
  }
  append(parts, encodeUtf8(`--${boundary}--\r\n`));
  return { data: joinBytes(parts), contentType: `multipart/form-data; boundary=${boundary}` };
}

/**
 * The form that a body holds (RFC 7578).
 *
 * @param contentType with the boundary.
 * @throws TypeError for what is no such body
 */
export function decodeMultipart(bytes: Uint8Array, contentType: string): FormData {
  const boundary = readBoundary(contentType);
  const delimiter = encodeUtf8(`\r\n--${boundary}`);
  const form = new FormData();
  // The first delimiter has nothing before it.
  if (!holdsAt(bytes, delimiter.subarray(2), 0)) refuse("does not begin with its boundary");
  let at = delimiter.length - 2;
  while (bytes[at] !== DASH || bytes[at + 1] !== DASH) {
    if (bytes[at] !== CR || bytes[at + 1] !== LF) refuse("has a boundary that does not end its line");
    const head = readHead(bytes, at + 2);
    const end = indexOfBytes(bytes, delimiter, head.end);
    if (end < 0) refuse("does not end with its boundary");
    const content = bytes.slice(head.end, end);
    if (head.filename === undefined) form.append(head.name, decodeUtf8(content));
    else form.append(head.name, new File([content], head.filename, { type: head.type ?? "text/plain" }));
    at = end + delimiter.length;
  }
  return form;
}

interface PartHead {
  readonly name: string;
  readonly filename: string | undefined;
  readonly type: string | undefined;
  /** Where the content begins. */
  readonly end: number;
}

function readHead(bytes: Uint8Array, start: number): PartHead {
  let disposition = "";
  let type: string | undefined;
  for (let at = start; ;) {
    const lineEnd = indexOfBytes(bytes, CRLF, at);
    if (lineEnd < 0) refuse("has a part without an end");
    const line = decodeUtf8(bytes.subarray(at, lineEnd));
    at = lineEnd + 2;
    if (line === "") {
      const name = readParameter(disposition, "name");
      if (name === undefined) refuse("has a part without a name");
      return { name, filename: readParameter(disposition, "filename"), type, end: at };
    }
    const colon = stringIndexOf(line, ":");
    const field = stringToLowerCase(stringSlice(line, 0, colon < 0 ? 0 : colon));
    const value = stringSlice(line, colon + 1);
    if (field === "content-disposition") disposition = value;
    if (field === "content-type") type = value[0] === " " ? stringSlice(value, 1) : value;
  }
}

/** A quoted parameter, as all browsers write it. */
function readParameter(disposition: string, name: string): string | undefined {
  const mark = `; ${name}="`;
  const at = stringIndexOf(disposition, mark);
  if (at < 0) return undefined;
  const rest = stringSlice(disposition, at + mark.length);
  const end = stringIndexOf(rest, '"');
  if (end < 0) refuse(`has a ${name} without a closing quote`);
  return replaceAll(stringSlice(rest, 0, end), NAME_ESCAPE, unescapeCharacter);
}

function unescapeCharacter(escaped: string): string {
  if (escaped === "%22") return '"';
  return stringToLowerCase(escaped) === "%0d" ? "\r" : "\n";
}

function escapeName(name: string): string {
  return replaceAll(name, ESCAPED_IN_NAME, escapeCharacter);
}

function escapeCharacter(character: string): string {
  if (character === '"') return "%22";
  return character === "\r" ? "%0D" : "%0A";
}

function unifyLineBreaks(text: string): string {
  return replaceAll(text, LINE_BREAK, () => "\r\n");
}

function readBoundary(contentType: string): string {
  const match = matchBoundary(contentType);
  const boundary = match?.[1] ?? match?.[2] ?? "";
  if (boundary === "" || boundary.length > MAX_BOUNDARY_LENGTH) refuse("has no boundary in its content type");
  return boundary;
}

function indexOfBytes(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  const last = bytes.length - wanted.length;
  for (let at = from; at <= last; at++) {
    if (bytes[at] === wanted[0] && holdsAt(bytes, wanted, at)) return at;
  }
  return -1;
}

function holdsAt(bytes: Uint8Array, wanted: Uint8Array, at: number): boolean {
  for (let index = 0; index < wanted.length; index++) {
    if (bytes[at + index] !== wanted[index]) return false;
  }
  return true;
}

function createBoundary(): string {
  const bytes = entropy(BOUNDARY_BYTES);
  let text = "skerry-";
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] as number;
    text += (byte < 16 ? "0" : "") + byte.toString(16);
  }
  return text;
}

function replaceAll(text: string, pattern: RegExp, replacement: (found: string) => string): string {
  return reflectApply(nativeReplace, text, [pattern, replacement] as never);
}

function refuse(what: string): never {
  throw new NativeTypeError(`The body is not multipart/form-data: it ${what}`);
}
