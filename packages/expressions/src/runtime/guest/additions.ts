import {
  type Dispatch,
  EXTENSIONS,
  type ExtensionDefinition,
  type FindFunction,
  createDispatch,
  createFinder,
} from "../../extensions/guest/index.ts";

interface Additions {
  /** Without their documentation, which stays at home. */
  readonly extensions: readonly ExtensionDefinition[];
  readonly libraries: ReadonlyArray<{ readonly name: string; readonly value: unknown }>;
}

const KEY = "__expressionAdditions";

const { extensions, libraries } = takeAdditions();

/** Extension functions, those of the host among them. */
const all = [...EXTENSIONS, ...extensions];
export const dispatch: Dispatch = createDispatch(all);
export const findFunction: FindFunction = createFinder(all);

/** Libraries of the host, by name. They are globals too, so that the bridge freezes them with the realm. */
export const LIBRARIES: Readonly<Record<string, unknown>> = Object.fromEntries(
  libraries.map(({ name, value }) => [name, value]),
);

/** What the script before this one left; it is gone afterwards. */
function takeAdditions(): Additions {
  const left = (globalThis as Record<string, unknown>)[KEY] as Additions | undefined;
  const additions = left ?? { extensions: [], libraries: [] };
  Reflect.deleteProperty(globalThis, KEY);
  for (const { name, value } of additions.libraries) {
    if (value === undefined)
      throw new Error(`the script of the library ${name} leaves no global of that name`);
    Object.defineProperty(globalThis, name, { value });
  }
  for (const extension of additions.extensions) {
    Object.freeze(extension.run);
    Object.freeze(extension);
  }
  return additions;
}
