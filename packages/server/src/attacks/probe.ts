/** What a realm looks like from inside: {@link PROBE_SOURCE}'s answer. */
export interface RealmView {
  /** Every own key of the global object, sorted. */
  readonly globals: readonly string[];
  /** Properties reachable from the global object. */
  readonly properties: number;
  /** Over path, kind and native code of each of them, so that any change shows. */
  readonly fingerprint: number;
  /** Whether built-ins answer as they must: parsing, dates, chance, promises, texts. */
  readonly works: boolean;
}

/**
 * A guest function that describes its realm. It is source, because it runs in an isolate; it trusts nothing but
 * syntax for its walk until it has compared what it found.
 */
export const PROBE_SOURCE = `() => {
  const seen = new Set();
  let properties = 0;
  let fingerprint = 0;
  const note = (text) => {
    properties++;
    for (let index = 0; index < text.length; index++) fingerprint = (fingerprint * 31 + text.charCodeAt(index)) | 0;
  };
  const walk = (value, path) => {
    if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) return;
    seen.add(value);
    if (typeof value === "function") note(path + Function.prototype.toString.call(value));
    for (const key of Reflect.ownKeys(value)) {
      const name = path + "." + String(key);
      const descriptor = Reflect.getOwnPropertyDescriptor(value, key);
      note(name + typeof descriptor.value);
      walk(descriptor.value, name);
      walk(descriptor.get, name + " get");
      walk(descriptor.set, name + " set");
    }
    walk(Reflect.getPrototypeOf(value), path + ".[[Prototype]]");
  };
  walk(globalThis, "");
  const works = JSON.parse('{"a":[1]}').a[0] === 1 && Date.now() > 1e12 && Math.random() !== Math.random()
    && Promise.resolve("x") instanceof Promise && "x".toUpperCase() === "X" && "x".big() === "<big>x</big>" && Object.keys({}).length === 0;
  return { globals: Reflect.ownKeys(globalThis).map(String).sort(), properties, fingerprint, works };
}`;
