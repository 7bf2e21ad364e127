import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { JsonValue } from "@skerry/sandbox";
import { actAsHost } from "./auth/host.ts";
import type { HostActor } from "./auth/host.ts";
import type { Identify } from "./auth/identity.ts";
import { callWithFallback } from "./calls/fallback.ts";
import type { FallbackOptions } from "./calls/fallback.ts";
import { readConfig } from "./config.ts";
import type { Config } from "./config.ts";
import { publishInput } from "./events/event.ts";
import { assembleSkerry } from "./main/assembly.ts";
import { claimDataFolder } from "./main/data-folder.ts";
import { createLogger } from "./main/logger.ts";
import { ensureOperatorKey } from "./main/operator-key.ts";
import { createHostTraces } from "./observability/host-traces.ts";
import { checkInput } from "./rest/input.ts";
import type { ExposedTable } from "./capabilities/db/exposed-table.ts";
import type { Service } from "./services/service.ts";

export { exposeTable } from "./capabilities/db/exposed-table.ts";
export type { ExposeTableOptions, ExposedTable, TableOperation } from "./capabilities/db/exposed-table.ts";
export type { MailOptions } from "./alerts/mailer.ts";
export type { Fallback, FallbackOptions } from "./calls/fallback.ts";
export type { HostActor } from "./auth/host.ts";
export type { Identify, Identity } from "./auth/identity.ts";
export type { OidcOptions } from "./auth/oidc/provider.ts";
export type { Permission } from "./auth/permission.ts";
export type { TokenOptions } from "./auth/token.ts";
export type { PackageOptions } from "./modules/packages.ts";
export type { PlanDefinition, PlanDefinitions } from "./plans/plan.ts";
export { defineService, ServiceError } from "./services/service.ts";
export type { RateLimit, Service, ServiceCall, ServiceOptions } from "./services/service.ts";
export type { ServiceSchema } from "./services/schema.ts";
export type { EmbedOptions } from "./web/embed/origins.ts";

/** Settings of an embedded Skerry; what is left out comes from the environment, as for `skerry start`. */
export interface SkerryOptions extends Partial<Omit<Config, "port" | "host">> {
  /** The host's own way to tell who sends a request, such as by its session cookie. */
  readonly identify?: Identify;
  /** Tables of the host, in the same database, that tenants' scripts may use: made by `exposeTable`. Default: those declared last. */
  readonly tables?: readonly ExposedTable[];
  /** What tenants' scripts may call of the host: made by `defineService`. Default none. */
  readonly services?: readonly Service[];
}

/** An event that the host publishes. */
export interface HostEvent {
  /** `order.created`: words out of a to z, digits, `_` and `-`, with dots between. */
  readonly type: string;
  /** At most 256 KiB as JSON. Default null. */
  readonly payload?: JsonValue;
  /** Default a new one. */
  readonly id?: string;
}

/** Skerry inside a host's own process. Several of them may live in one process and share nothing. */
export interface Skerry extends AsyncDisposable {
  /**
   * Web-standard handler for the REST API, `/run` and the web UI: mount it in Hono and wherever Requests and Responses
   * are spoken. Requests come with the base path, where one is set.
   */
  fetch(request: Request): Promise<Response>;
  /** The same for Node's own HTTP server and what builds upon it: Express, Fastify, Connect. */
  handler(request: IncomingMessage, response: ServerResponse): void;
  /**
   * A handler for the host's own code, which acts without a key: give it to `createClient` of `@skerry/client` as its
   * `fetch`. What it is asked for comes without the base path. Never mount it.
   */
  fetchAs(actor: HostActor): (request: Request) => Promise<Response>;
  /**
   * Calls an `embedded` script of a tenant out of the host's own work, whose active span becomes its parent. With a fallback the host goes on when the script
   * gives no answer.
   *
   * @returns the output, or the fallback.
   * @throws SkerryError of the reason why there is no answer, unless there is a fallback.
   */
  call(tenant: string, script: string, input: JsonValue, options?: FallbackOptions): Promise<JsonValue>;
  readonly events: {
    /**
     * Publishes events of a tenant: all are stored when it resolves, and then delivered at least once to each script
     * that subscribes. An event whose id was published before does nothing.
     *
     * @returns their ids in order.
     * @throws SkerryError `INPUT_INVALID`, `TENANT_NOT_FOUND` or `TENANT_SUSPENDED`.
     */
    publish(tenant: string, events: HostEvent | readonly HostEvent[]): Promise<readonly string[]>;
  };
  /** Lets running executions end for up to 10 s, then stops runners and database. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts Skerry inside the calling process: database, runners and platform, without a listening server.
 *
 * @throws StartError `CONFIG_INVALID`, also for services that cannot be declared together, or the DatabaseError or SandboxError of the part that does not start.
 */
export async function createSkerry({
  identify,
  tables,
  services,
  ...options
}: SkerryOptions = {}): Promise<Skerry> {
  const config: Config = { ...readConfig(), ...options };
  // Whatever came with the host's code runs anyway.
  await claimDataFolder({ ...config, isDataDirNamed: true });
  const { key } = await ensureOperatorKey(config);
  const assembly = await assembleSkerry(config, key, createLogger(config.logLevel), {
    identify,
    tables,
    services,
  });
  const { platform } = assembly;
  const traces = createHostTraces();

  const listener = getRequestListener(
    (request, { incoming }) => {
      const { remoteAddress } = incoming.socket;
      return platform.fetch(request, remoteAddress === undefined ? {} : { remoteAddress });
    },
    // The host's own Request and Response stay as they are.
    { overrideGlobalObjects: false },
  );

  let closing: Promise<void> | undefined;
  function close(): Promise<void> {
    closing ??= Promise.resolve(assembly[Symbol.asyncDispose]());
    return closing;
  }
  return {
    fetch: (request) => platform.fetch(request),
    handler(request, response) {
      if (platform.site.prefix !== "") restoreUrl(request);
      void listener(request, response);
    },
    fetchAs(actor) {
      const sender = { principal: actAsHost(actor) };
      return (request) => platform.fetch(request, sender);
    },
    call(tenant, script, input, options) {
      const principal = actAsHost({ tenant });
      return traces.call({ tenant, script }, (origin) => {
        const caller = { tenantId: tenant, principal, suspended: false, origin };
        return callWithFallback(platform.services.calls, caller, script, input, options);
      });
    },
    events: {
      async publish(tenant, events) {
        const principal = actAsHost({ tenant });
        const caller = { tenantId: tenant, principal, suspended: false, origin: traces.origin() };
        const checked = checkInput(publishInput, events);
        const { ids } = await platform.services.events.publish(caller, [checked].flat());
        return ids;
      },
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Connect, and so Express, takes the path that it mounts at out of `url`, and keeps the whole beside it. */
function restoreUrl(request: IncomingMessage & { readonly originalUrl?: unknown }): void {
  const { originalUrl } = request;
  if (typeof originalUrl === "string") request.url = originalUrl;
}
