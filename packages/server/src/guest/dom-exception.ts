import { objectDefineProperty, objectKeys, toText } from "./primordials.ts";

/** Names that have a legacy code, in the order of the table of the Web IDL standard. */
const LEGACY_CODES: Readonly<Record<string, number>> = {
  __proto__: null as never,
  IndexSizeError: 1,
  HierarchyRequestError: 3,
  WrongDocumentError: 4,
  InvalidCharacterError: 5,
  NoModificationAllowedError: 7,
  NotFoundError: 8,
  NotSupportedError: 9,
  InUseAttributeError: 10,
  InvalidStateError: 11,
  SyntaxError: 12,
  InvalidModificationError: 13,
  NamespaceError: 14,
  InvalidAccessError: 15,
  TypeMismatchError: 17,
  SecurityError: 18,
  NetworkError: 19,
  AbortError: 20,
  URLMismatchError: 21,
  QuotaExceededError: 22,
  TimeoutError: 23,
  InvalidNodeTypeError: 24,
  DataCloneError: 25,
};

/** `DOMException` of the Web IDL standard: an error told apart by its `name`. */
export class DOMException extends Error {
  readonly #name: string;

  constructor(message: unknown = "", options: unknown = "Error") {
    super(toText(message));
    const isRecord = typeof options === "object" && options !== null;
    const { name, cause } = isRecord ? (options as { name?: unknown; cause?: unknown }) : { name: options };
    this.#name = toText(name ?? "Error");
    if (isRecord && "cause" in options) {
      objectDefineProperty(this, "cause", {
        value: cause,
        writable: true,
        configurable: true,
        enumerable: false,
      });
    }
  }

  override get name(): string {
    return this.#name;
  }

  /** The legacy number of the name, or 0. */
  get code(): number {
    return LEGACY_CODES[this.#name] ?? 0;
  }
}

// `AbortError` has the constant `ABORT_ERR`, `DataCloneError` has `DATA_CLONE_ERR`, and so on.
for (const name of objectKeys(LEGACY_CODES)) {
  const constant = { value: LEGACY_CODES[name], enumerable: true };
  const words = name
    .replace("URL", "Url")
    .replace("InUse", "Inuse")
    .replace("Error", "Err")
    .replace(/(?<=[a-z])(?=[A-Z])/g, "_");
  objectDefineProperty(DOMException, words.toUpperCase(), constant);
  objectDefineProperty(DOMException.prototype, words.toUpperCase(), constant);
}
