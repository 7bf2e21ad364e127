import { type Blob, File, isBlob, isFile } from "./blob.ts";
import { NativeTypeError, stringToWellFormed, toText } from "./primordials.ts";

/** A field's value: text or a file. */
export type FieldValue = string | File;

export interface FormField {
  readonly name: string;
  readonly value: FieldValue;
}

/** The fields of a form in their order. */
export let formFields: (form: FormData) => readonly FormField[];

/** `FormData` of the XHR standard (https://xhr.spec.whatwg.org/#interface-formdata). */
export class FormData {
  #fields: FormField[] = [];

  static {
    formFields = (form) => form.#fields;
  }

  append(name: unknown, value: unknown, filename?: unknown): void {
    this.#fields.push(createField(name, value, filename));
  }

  delete(name: unknown): void {
    const key = toName(name);
    this.#fields = this.#fields.filter((field) => field.name !== key);
  }

  get(name: unknown): FieldValue | null {
    const key = toName(name);
    return this.#fields.find((field) => field.name === key)?.value ?? null;
  }

  getAll(name: unknown): FieldValue[] {
    const key = toName(name);
    return this.#fields.filter((field) => field.name === key).map((field) => field.value);
  }

  has(name: unknown): boolean {
    return this.get(name) !== null;
  }

  /** The first field of the name keeps its place; the others go. */
  set(name: unknown, value: unknown, filename?: unknown): void {
    const field = createField(name, value, filename);
    const at = this.#fields.findIndex((other) => other.name === field.name);
    this.#fields = this.#fields.filter((other, index) => other.name !== field.name || index === at);
    this.#fields[at < 0 ? this.#fields.length : at] = field;
  }

  forEach(callback: (value: FieldValue, name: string, form: FormData) => unknown, self?: unknown): void {
    for (const { name, value } of this.#fields) callback.call(self, value, name, this);
  }

  *entries(): Generator<[string, FieldValue]> {
    for (const { name, value } of this.#fields) yield [name, value];
  }

  *keys(): Generator<string> {
    for (const { name } of this.#fields) yield name;
  }

  *values(): Generator<FieldValue> {
    for (const { value } of this.#fields) yield value;
  }

  [Symbol.iterator](): Generator<[string, FieldValue]> {
    return this.entries();
  }
}

/** https://xhr.spec.whatwg.org/#create-an-entry */
function createField(name: unknown, value: unknown, filename: unknown): FormField {
  if (isBlob(value)) return { name: toName(name), value: toFile(value, filename) };
  if (filename !== undefined) throw new NativeTypeError("Only a Blob can have a file name");
  return { name: toName(name), value: stringToWellFormed(toText(value)) };
}

function toFile(blob: Blob, filename: unknown): File {
  if (isFile(blob) && filename === undefined) return blob;
  const { type } = blob;
  const options = isFile(blob) ? { type, lastModified: blob.lastModified } : { type };
  return new File([blob], filename === undefined ? "blob" : filename, options);
}

function toName(name: unknown): string {
  return stringToWellFormed(toText(name));
}
