import { StartError } from "../main/errors.ts";

/** Room for `services.` in the name of a capability, which has 64 characters at most. */
const MAX_PATH_LENGTH = 55;
const MAX_VERSION = 999;
const WORD = /^[a-z][A-Za-z0-9]*$/;
/** What the version makes of itself. */
const VERSION_WORD = /^v\d+$/;
/** Names that objects have or that the language asks objects for; `then` would make a namespace look like a promise. */
const TAKEN_WORDS: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  "prototype",
  "then",
  "toJSON",
]);

/** What names a service. */
export interface ServiceName {
  readonly name: string;
  readonly version: number;
}

/**
 * How scripts call the service, below `ctx.services`: version 1 by its bare name for good, version 2 of `orders.refund`
 * as `orders.v2.refund`. So a published script goes on meaning what it meant, whatever is declared later.
 */
export function pathOf({ name, version }: ServiceName): string {
  if (version === 1) return name;
  const words = name.split(".");
  return [...words.slice(0, -1), `v${version}`, ...words.slice(-1)].join(".");
}

/** @throws StartError `CONFIG_INVALID` that tells what is wrong with the name. */
export function requireName({ name, version }: ServiceName): void {
  const refuse = (why: string): StartError =>
    new StartError("CONFIG_INVALID", `The service ${JSON.stringify(name.slice(0, 100))} ${why}`);
  const words = name.split(".");
  if (!words.every((word) => WORD.test(word))) {
    throw refuse(
      'needs a name of words with dots between, such as "orders.refund": letters and digits, first a-z.',
    );
  }
  const taken = words.find((word) => TAKEN_WORDS.has(word) || VERSION_WORD.test(word));
  if (taken !== undefined) throw refuse(`cannot have the word ${taken} in its name; choose another.`);
  if (!Number.isInteger(version) || version < 1 || version > MAX_VERSION) {
    throw refuse(`has the version ${version}; it must be an integer from 1 to ${MAX_VERSION}.`);
  }
  if (pathOf({ name, version }).length > MAX_PATH_LENGTH) {
    throw refuse(`has a name that is too long: with its version ${MAX_PATH_LENGTH} characters at most.`);
  }
}

/** Checks names against each other. @throws StartError `CONFIG_INVALID` that names the two that cannot both be. */
export function requireDistinctNames(services: readonly ServiceName[]): void {
  const paths = new Set<string>();
  for (const service of services) {
    const path = pathOf(service);
    if (paths.has(path)) throw new StartError("CONFIG_INVALID", `The service ${path} is declared twice.`);
    paths.add(path);
  }
  for (const path of paths) {
    const words = path.split(".");
    const above = words.map((_, count) => words.slice(0, count).join(".")).find((each) => paths.has(each));
    if (above === undefined) continue;
    const message = `${above} cannot be a service and the namespace of the service ${path}: rename one of them.`;
    throw new StartError("CONFIG_INVALID", message);
  }
}
