import { call, inspect, log } from "@skerry/sandbox/guest";
import { createHttpClient } from "./http-client.ts";
import { objectDefineProperty, objectFreeze, objectToString } from "./primordials.ts";

/** Fields that the host gives per execution. */
const META_FIELDS = ["tenant", "script", "execution", "trigger", "user", "limits"] as const;

const CACHE = freezeNamespace(createCache());
const EVENTS = freezeNamespace(createEvents());
const HTTP = freezeNamespace(createHttpClient());
const LOG = freezeNamespace(createLog());
/** `ctx.limits.remaining()`; it is not enumerable. */
const REMAINING = objectFreeze({
  __proto__: null,
  value: objectFreeze(async () => (await call("limits.remaining", {})).value as unknown),
});
/** `ctx.progress(0.4, "message")` */
const PROGRESS = objectFreeze(async (value: number, message?: string): Promise<void> => {
  await call("progress.report", { value, message });
});
const SECRETS = freezeNamespace(createSecrets());

/** Fills `ctx` of one execution from the host's context. */
export function buildContext(ctx: Record<string, unknown>, meta: Record<string, unknown>): void {
  ctx["log"] = LOG;
  ctx["http"] = HTTP;
  ctx["cache"] = CACHE;
  ctx["events"] = EVENTS;
  ctx["progress"] = PROGRESS;
  ctx["secrets"] = SECRETS;
  for (let index = 0; index < META_FIELDS.length; index++) {
    const field = META_FIELDS[index] as string;
    ctx[field] = meta[field] ?? null;
  }
  if (meta["limits"] !== undefined) ctx["limits"] = addRemaining(meta["limits"] as object);
}

/** `ctx.limits`: the numbers of this execution as data, and the tenant's quotas for the asking. */
function addRemaining(limits: object): object {
  return objectFreeze(objectDefineProperty({ ...limits }, "remaining", REMAINING));
}

/** Freezes once, in the snapshot, what would otherwise be frozen for every execution. */
function freezeNamespace<Namespace extends object>(namespace: Namespace): Namespace {
  for (const member of Object.values(namespace)) objectFreeze(member);
  return objectFreeze(namespace);
}

type LogFunction = (message: unknown, fields?: unknown) => void;

/** `ctx.log`: one line per call, with fields beside the message. */
function createLog(): Record<"debug" | "info" | "warn" | "error", LogFunction> {
  const at =
    (level: "debug" | "info" | "warn" | "error"): LogFunction =>
    (message, fields) => {
      log(level, typeof message === "string" ? message : inspect(message), toFields(fields));
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** Fields are a record; anything else is put into one, so that nothing that was logged is lost. */
function toFields(fields: unknown): object | undefined {
  if (fields === undefined) return undefined;
  if (typeof fields !== "object" || fields === null) return { value: fields };
  const isRecord = objectToString(fields) === "[object Object]" || fields instanceof Error;
  const isPlain = isRecord && typeof (fields as { toJSON?: unknown }).toJSON !== "function";
  return isPlain ? fields : { value: fields };
}

interface Events {
  /**
   * Stores an event for the scripts that subscribe to its type. One whose id was published before does nothing.
   * Rejects with the code `EVENT_DEPTH` at the end of a long chain of events.
   *
   * @returns its id.
   */
  publish(type: string, payload?: unknown, options?: { readonly id?: string }): Promise<string>;
}

/** `ctx.events`: messages from script to script, of one tenant. */
function createEvents(): Events {
  return {
    publish: async (type, payload, options) =>
      (await call("events.publish", { type, payload, id: options?.id })).value as string,
  };
}

interface Secrets {
  /** The present value. Rejects with the code `SECRET_NOT_FOUND` when the tenant has no such secret. */
  get(name: string): Promise<string>;
}

/** `ctx.secrets`: what the tenant keeps for its scripts alone. */
function createSecrets(): Secrets {
  return { get: async (name) => (await call("secrets.get", { name })).value as string };
}

interface CacheOptions {
  /** Seconds until the entry is forgotten; without it the host's default holds. */
  readonly ttlSeconds?: number;
}

interface Cache {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown, options?: CacheOptions): Promise<void>;
  delete(key: string): Promise<boolean>;
  has(key: string): Promise<boolean>;
  increment(key: string, by?: number, options?: CacheOptions): Promise<number>;
  remember(key: string, options: CacheOptions, produce: () => unknown): Promise<unknown>;
}

/** `ctx.cache`: values that a script may lose at any time, shared by all its executions. */
function createCache(): Cache {
  const get: Cache["get"] = async (key) => (await call("cache.get", { key })).value as unknown;
  const set: Cache["set"] = async (key, value, options) => {
    await call("cache.set", { key, value, ttlSeconds: options?.ttlSeconds });
  };
  return {
    get,
    set,
    delete: async (key) => (await call("cache.delete", { key })).value as boolean,
    has: async (key) => (await call("cache.has", { key })).value as boolean,
    increment: async (key, by = 1, options) =>
      (await call("cache.increment", { key, by, ttlSeconds: options?.ttlSeconds })).value as number,
    /** Nothing (`null`, `undefined`) is never kept: it is what a missing entry looks like. */
    remember: async (key, options, produce) => {
      const kept = await get(key);
      if (kept !== null) return kept;
      const value = await produce();
      if (value !== null && value !== undefined) await set(key, value, options);
      return value;
    },
  };
}
