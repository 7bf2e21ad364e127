import { NativeTypeError, append, toText } from "./primordials.ts";

interface Field {
  readonly name: string;
  readonly value: string;
}

/** `FormData` of the XHR standard (https://xhr.spec.whatwg.org/#interface-formdata), for text fields. */
export class FormData {
  #fields: Field[] = [];

  append(name: unknown, value: unknown): void {
    append(this.#fields, { name: toText(name), value: toFieldText(value) });
  }

  delete(name: unknown): void {
    const key = toText(name);
    this.#fields = this.#fields.filter((field) => field.name !== key);
  }

  get(name: unknown): string | null {
    const key = toText(name);
    return this.#fields.find((field) => field.name === key)?.value ?? null;
  }

  getAll(name: unknown): string[] {
    const key = toText(name);
    return this.#fields.filter((field) => field.name === key).map((field) => field.value);
  }

  has(name: unknown): boolean {
    return this.get(name) !== null;
  }

  /** The first field of the name keeps its place; the others go. */
  set(name: unknown, value: unknown): void {
    const field = { name: toText(name), value: toFieldText(value) };
    const at = this.#fields.findIndex((other) => other.name === field.name);
    this.#fields = this.#fields.filter((other, index) => other.name !== field.name || index === at);
    this.#fields[at < 0 ? this.#fields.length : at] = field;
  }

  forEach(callback: (value: string, name: string, form: FormData) => unknown, self?: unknown): void {
    for (const { name, value } of this.#fields) callback.call(self, value, name, this);
  }

  *entries(): Generator<[string, string]> {
    for (const { name, value } of this.#fields) yield [name, value];
  }

  *keys(): Generator<string> {
    for (const { name } of this.#fields) yield name;
  }

  *values(): Generator<string> {
    for (const { value } of this.#fields) yield value;
  }

  [Symbol.iterator](): Generator<[string, string]> {
    return this.entries();
  }
}

function toFieldText(value: unknown): string {
  if (typeof value === "object" && value !== null && "arrayBuffer" in value) {
    throw new NativeTypeError("Files in FormData are not supported here: a field must be text");
  }
  return toText(value);
}
