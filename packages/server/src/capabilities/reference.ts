import { CACHE } from "./cache/namespace.ts";
import { DB } from "./db/namespace.ts";
import { EVENTS } from "./events.ts";
import { EXPRESSIONS } from "./expressions.ts";
import { HTTP } from "./http/namespace.ts";
import { LIMITS } from "./limits.ts";
import { LOG } from "./log.ts";
import type { NamespaceDefinition } from "./namespace.ts";
import { PROGRESS } from "./progress.ts";
import { SCRIPTS } from "./scripts.ts";
import { SECRETS } from "./secrets.ts";
import { SIGNAL } from "./signal.ts";
import { SLEEP } from "./sleep.ts";
import { STORAGE } from "./storage/namespace.ts";

/** Every namespace of `ctx`, in the order of the documentation. Who adds one adds it here. */
export const CAPABILITY_NAMESPACES: readonly NamespaceDefinition[] = [
  LOG,
  DB,
  HTTP,
  CACHE,
  STORAGE,
  EVENTS,
  SECRETS,
  SCRIPTS,
  EXPRESSIONS,
  PROGRESS,
  LIMITS,
  SLEEP,
  SIGNAL,
];
