import { BlockList, isIP } from "node:net";

/** Dials nobody's public service: IANA IPv4 Special-Purpose Address Registry, multicast, and one cloud's own. */
const REFUSED_IPV4 = createBlocks("ipv4", [
  "0.0.0.0/8", // this network
  "10.0.0.0/8", // private
  "100.64.0.0/10", // shared address space; Alibaba's metadata service
  "127.0.0.0/8", // loopback
  "168.63.129.16/32", // Azure's host agent; not in the registry, reachable from every Azure machine
  "169.254.0.0/16", // link local; the metadata service of most clouds
  "172.16.0.0/12", // private
  "192.0.0.0/24", // protocol assignments; Oracle's metadata service
  "192.0.2.0/24", // documentation
  "192.31.196.0/24", // AS112
  "192.52.193.0/24", // automatic multicast tunnelling
  "192.88.99.0/24", // 6to4 relay
  "192.168.0.0/16", // private
  "192.175.48.0/24", // AS112
  "198.18.0.0/15", // benchmarking
  "198.51.100.0/24", // documentation
  "203.0.113.0/24", // documentation
  "224.0.0.0/4", // multicast
  "240.0.0.0/4", // reserved, broadcast
]);

/** All that IANA has given out as global unicast; IPv4-mapped, NAT64, unique local and link local lie outside. */
const GLOBAL_IPV6 = createBlocks("ipv6", ["2000::/3"]);

/** IANA IPv6 Special-Purpose Address Registry, as far as it lies in 2000::/3. */
const REFUSED_IPV6 = createBlocks("ipv6", [
  "2001::/23", // protocol assignments: Teredo, ORCHID, benchmarking
  "2001:db8::/32", // documentation
  "2002::/16", // 6to4: carries an IPv4 address
  "2620:4f:8000::/48", // AS112
  "3fff::/20", // documentation
]);

/**
 * Tells whether an IP address may be dialled for a script: a public unicast address. IPv4 by deny-list, IPv6 by
 * allowing 2000::/3 less its special blocks. Anything that is not a plain address (a name, a zone id) is refused.
 */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !REFUSED_IPV4.check(address, "ipv4");
    case 6:
      return (
        !address.includes("%") && GLOBAL_IPV6.check(address, "ipv6") && !REFUSED_IPV6.check(address, "ipv6")
      );
    default:
      return false;
  }
}

function createBlocks(family: "ipv4" | "ipv6", blocks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const block of blocks) {
    const [network = "", prefix] = block.split("/");
    list.addSubnet(network, Number(prefix), family);
  }
  return list;
}
