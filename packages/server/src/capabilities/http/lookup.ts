import { lookup as lookupInSystem, Resolver } from "node:dns/promises";

/**
 * Gives all addresses of a host name, IPv4 first because it is the more widely routed; none when the name has
 * none. Rejections count as none.
 */
export type Lookup = (hostname: string, port: number) => Promise<readonly string[]>;

/** How {@link createDnsLookup} asks. */
export interface DnsLookupOptions {
  /** Name servers as `address` or `address:port`; default those of the system. */
  readonly servers?: readonly string[];
}

const QUERY_TIMEOUT_MS = 2_500;
const QUERY_TRIES = 2;

/**
 * Makes the lookup for names that a script chose: DNS alone, no hosts file and no search domains, so a short name
 * of the local network does not resolve. It does not use the threads of `getaddrinfo`, of which a process has four
 * and which a name server that never answers would hold for all tenants.
 */
export function createDnsLookup({ servers }: DnsLookupOptions = {}): Lookup {
  const resolver = new Resolver({ timeout: QUERY_TIMEOUT_MS, tries: QUERY_TRIES });
  if (servers !== undefined) resolver.setServers(servers);
  return async (hostname) => {
    const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    return answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  };
}

/** The lookup for names that the host product chose: as the system does it, hosts file and search domains included. */
export const lookupSystem: Lookup = async (hostname) => {
  const answers = await lookupInSystem(hostname, { all: true, order: "ipv4first" });
  return answers.map(({ address }) => address);
};
