import { readConfig } from "./config.ts";
import type { Config } from "./config.ts";
import { assembleSkerry } from "./main/assembly.ts";
import { createLogger } from "./main/logger.ts";
import { ensureOperatorKey } from "./main/operator-key.ts";

/** Settings of an embedded Skerry; what is left out comes from the environment, as for `skerry start`. */
export type SkerryOptions = Partial<Omit<Config, "port" | "host">>;

/** Skerry inside a host's own process. */
export interface Skerry extends AsyncDisposable {
  /** Web-standard handler for `/api/v1` and `/run`; mount it in Hono, Express, Fastify or node:http. */
  fetch(request: Request): Promise<Response>;
  /** Lets running executions end for up to 10 s, then stops runners and database. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts Skerry inside the calling process: database, runners and platform, without a listening server.
 *
 * @throws StartError `CONFIG_INVALID`, or the DatabaseError or SandboxError of the part that does not start.
 */
export async function createSkerry(options: SkerryOptions = {}): Promise<Skerry> {
  const config: Config = { ...readConfig(), ...options };
  const { key } = await ensureOperatorKey(config);
  const assembly = await assembleSkerry(config, key, createLogger(config.logLevel));

  let closing: Promise<void> | undefined;
  function close(): Promise<void> {
    closing ??= Promise.resolve(assembly[Symbol.asyncDispose]());
    return closing;
  }
  return { fetch: (request) => assembly.platform.fetch(request), close, [Symbol.asyncDispose]: close };
}
