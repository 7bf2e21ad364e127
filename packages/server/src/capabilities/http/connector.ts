import { BlockList, isIPv6 } from "node:net";
import type { Socket } from "node:net";
import type { buildConnector } from "undici";
import { createRefusal, readLiteral, readPort } from "./destination.ts";
import { createHttpError } from "./errors.ts";
import type { Lookup } from "./lookup.ts";

type Connector = buildConnector.connector;
type Target = buildConnector.Options;

/** What a connector goes by. */
export interface ConnectorOptions {
  readonly lookup: Lookup;
  /** Asked of every address that a host has, and again of the one the socket reached. */
  readonly isAddressAllowed: (address: string) => boolean;
  /** Connects to the IP address in `hostname`; `host` and `servername` still name the host. */
  readonly dial: Connector;
}

/** More addresses than this of one host are not tried: each try may last until the dialler gives up. */
const MAX_ATTEMPTS = 4;

/**
 * Makes a connector for undici that resolves the host itself, refuses it when any of its addresses may not be
 * dialled, and hands the dialler an address instead of a name, so that nothing is resolved a second time.
 *
 * Fails with CapabilityError `HTTP_DNS`, `HTTP_DESTINATION_REFUSED`, `HTTP_CONNECT`, or the dialler's own error.
 */
export function createConnector(options: ConnectorOptions): Connector {
  return (target, callback) => {
    void settle(connect(target, options), callback);
  };
}

async function settle(connecting: Promise<Socket>, callback: buildConnector.Callback): Promise<void> {
  const [outcome] = await Promise.allSettled([connecting]);
  if (outcome.status === "fulfilled") callback(null, outcome.value);
  else callback(outcome.reason as Error, null);
}

async function connect(target: Target, options: ConnectorOptions): Promise<Socket> {
  const addresses = await resolveAddresses(target, options);
  let failure: unknown;
  for (const address of addresses.slice(0, MAX_ATTEMPTS)) {
    try {
      return await dialAddress(address, target, options);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

async function resolveAddresses(
  { hostname, protocol, port }: Target,
  { lookup, isAddressAllowed }: ConnectorOptions,
): Promise<readonly string[]> {
  const literal = readLiteral(hostname);
  const addresses =
    literal === undefined
      ? await lookup(hostname, readPort({ protocol, port: port ?? "" })).catch(() => [])
      : [literal];
  if (addresses.length === 0) throw createHttpError("HTTP_DNS", `${hostname} has no address.`);
  if (!addresses.every(isAddressAllowed)) throw createRefusal(hostname);
  return addresses;
}

async function dialAddress(
  address: string,
  target: Target,
  { dial, isAddressAllowed }: ConnectorOptions,
): Promise<Socket> {
  const socket = await openSocket(dial, { ...target, hostname: address });
  const reached = socket.remoteAddress;
  if (reached !== undefined && isAddressAllowed(reached) && isSameAddress(reached, address)) return socket;
  socket.destroy();
  // The address is gone once the other side has closed.
  throw reached === undefined
    ? createHttpError("HTTP_CONNECT", `${target.hostname} closed the connection at once.`)
    : createRefusal(target.hostname);
}

/** One address has several spellings. */
function isSameAddress(one: string, other: string): boolean {
  const list = new BlockList();
  list.addAddress(other, familyOf(other));
  return list.check(one, familyOf(one));
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIPv6(address) ? "ipv6" : "ipv4";
}

function openSocket(dial: Connector, target: Target): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  dial(target, (error, socket) => {
    if (error === null) resolve(socket);
    else reject(error);
  });
  return promise;
}
