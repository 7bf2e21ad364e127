/** The parts of `core-js-pure` that the guest bundles; the package has no types of its own. */

interface CoreUrl {
  href: string;
  protocol: string;
  username: string;
  password: string;
  host: string;
  hostname: string;
  port: string;
  pathname: string;
  search: string;
  hash: string;
  readonly origin: string;
  readonly searchParams: CoreUrlSearchParams;
  toJSON(): string;
  toString(): string;
}

interface CoreUrlConstructor {
  new (url: unknown, base?: unknown): CoreUrl;
  readonly prototype: CoreUrl;
  canParse(url: unknown, base?: unknown): boolean;
  parse(url: unknown, base?: unknown): CoreUrl | null;
}

interface CoreUrlSearchParams extends Iterable<[string, string]> {
  readonly size: number;
  append(name: unknown, value: unknown): void;
  delete(name: unknown, value?: unknown): void;
  get(name: unknown): string | null;
  getAll(name: unknown): string[];
  has(name: unknown, value?: unknown): boolean;
  set(name: unknown, value: unknown): void;
  sort(): void;
  forEach(callback: (value: string, name: string, params: CoreUrlSearchParams) => void, self?: unknown): void;
  toString(): string;
}

interface CoreUrlSearchParamsConstructor {
  new (init?: unknown): CoreUrlSearchParams;
  readonly prototype: CoreUrlSearchParams;
}

declare module "core-js-pure/actual/url/index.js" {
  const constructor: CoreUrlConstructor;
  export = constructor;
}

declare module "core-js-pure/actual/url-search-params/index.js" {
  const constructor: CoreUrlSearchParamsConstructor;
  export = constructor;
}
