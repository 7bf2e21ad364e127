import { getCACertificates } from "node:tls";
import { Agent, buildConnector } from "undici";
import type { Dispatcher } from "undici";
import { isPublicAddress } from "./address-policy.ts";
import { createConnector } from "./connector.ts";
import { findAllowedHost } from "./destination.ts";
import type { AllowedHost } from "./destination.ts";
import { createDnsLookup, lookupSystem } from "./lookup.ts";
import type { Lookup } from "./lookup.ts";
import { createSlots } from "./slots.ts";
import type { Slots } from "./slots.ts";

/** What one tenant sends its requests over. Sockets are never shared between tenants. */
export interface TenantConnections {
  /** Reaches public addresses only. */
  readonly public: Dispatcher;
  /** Reaches any address; for hosts that the host product named for this tenant. */
  readonly allowed: Dispatcher;
  readonly slots: Slots;
}

/** The connections of all tenants. Disposing it breaks every connection. */
export interface ConnectionRegistry extends AsyncDisposable {
  open(tenant: string): TenantConnections;
}

/** How connections are made. */
export interface ConnectionOptions {
  readonly lookup: Lookup | undefined;
  /** The hosts that a tenant may reach although they are not public. */
  readonly allow: (tenant: string) => readonly AllowedHost[];
  /** PEM certificates trusted beside the usual ones. */
  readonly ca: readonly string[];
  /** Time for one attempt to connect, TLS included. */
  readonly connectMs: number;
  readonly concurrentPerTenant: number;
}

const MAX_WAITING_PER_TENANT = 256;
/** Tenants whose idle sockets are kept; a tenant beyond that connects anew. */
const MAX_TENANTS = 256;
/** Sockets without a request close after this, whatever the server hints. */
const KEEP_ALIVE_MS = 4_000;
const MAX_RESPONSE_HEADER_BYTES = 32 * 1024;

/** Makes the registry; connections are opened when a request needs them. */
export function createConnectionRegistry(options: ConnectionOptions): ConnectionRegistry {
  const tenants = new Map<string, TenantConnections>();
  const agents = createAgents(options);
  return {
    open(tenant) {
      const connections = tenants.get(tenant) ?? {
        ...agents.create(tenant),
        slots: createSlots(options.concurrentPerTenant, MAX_WAITING_PER_TENANT),
      };
      // Insertion order is the order of last use.
      tenants.delete(tenant);
      retireIdle(tenants);
      tenants.set(tenant, connections);
      return connections;
    },
    async [Symbol.asyncDispose]() {
      const open = [...tenants.values()];
      tenants.clear();
      await Promise.all(open.map(destroy));
    },
  };
}

function createAgents({ lookup, allow, ca, connectMs }: ConnectionOptions) {
  const dial = buildConnector({
    allowH2: false,
    timeout: connectMs,
    ...(ca.length > 0 ? { ca: [...getCACertificates("default"), ...ca] } : {}),
  });
  const toPublic = createConnector({
    lookup: lookup ?? createDnsLookup(),
    isAddressAllowed: isPublicAddress,
    dial,
  });
  const lookupAllowed = lookup ?? lookupSystem;
  const toAllowed = (tenant: string) =>
    createConnector({
      async lookup(hostname, port) {
        const address = findAllowedHost(hostname, port, allow(tenant))?.address;
        return address === undefined ? await lookupAllowed(hostname, port) : [address];
      },
      isAddressAllowed: () => true,
      dial,
    });
  return {
    create: (tenant: string) => ({ public: createAgent(toPublic), allowed: createAgent(toAllowed(tenant)) }),
  };
}

function createAgent(connect: buildConnector.connector): Agent {
  return new Agent({
    connect,
    allowH2: false,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: MAX_RESPONSE_HEADER_BYTES,
    // One deadline covers the whole request.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

/** Forgets the tenant that was idle longest, to make room for another. */
function retireIdle(tenants: Map<string, TenantConnections>): void {
  if (tenants.size < MAX_TENANTS) return;
  for (const [tenant, connections] of tenants) {
    if (!connections.slots.idle) continue;
    tenants.delete(tenant);
    void destroy(connections);
    return;
  }
}

async function destroy(connections: TenantConnections): Promise<void> {
  await Promise.all([connections.public.destroy(), connections.allowed.destroy()]);
}
