import fc from "fast-check";
import { expect, test } from "vitest";
import { ALL_HOSTS } from "../../plans/host-lists.ts";
import { isPublicAddress } from "./address-policy.ts";
import { checkDestination, readLiteral } from "./destination.ts";

// Kept apart from the policy's own list on purpose: first address and number of addresses of each block.
const REFUSED_IPV4: ReadonlyArray<readonly [first: string, size: number]> = [
  ["0.0.0.0", 2 ** 24],
  ["10.0.0.0", 2 ** 24],
  ["100.64.0.0", 2 ** 22],
  ["127.0.0.0", 2 ** 24],
  ["168.63.129.16", 1],
  ["169.254.0.0", 2 ** 16],
  ["172.16.0.0", 2 ** 20],
  ["192.0.0.0", 2 ** 8],
  ["192.0.2.0", 2 ** 8],
  ["192.31.196.0", 2 ** 8],
  ["192.52.193.0", 2 ** 8],
  ["192.88.99.0", 2 ** 8],
  ["192.168.0.0", 2 ** 16],
  ["192.175.48.0", 2 ** 8],
  ["198.18.0.0", 2 ** 17],
  ["198.51.100.0", 2 ** 8],
  ["203.0.113.0", 2 ** 8],
  ["224.0.0.0", 2 ** 29],
];
const REFUSED_IPV6: ReadonlyArray<readonly [first: bigint, prefix: number]> = [
  [0x2001n << 112n, 23],
  [0x20010db8n << 96n, 32],
  [0x2002n << 112n, 16],
  [0x2620004f8000n << 80n, 48],
  [0x3fffn << 112n, 20],
];

const refusedIpv4 = fc
  .constantFrom(...REFUSED_IPV4)
  .chain(([first, size]) => fc.integer({ min: 0, max: size - 1 }).map((offset) => readIpv4(first) + offset));
const refusedIpv6 = fc.oneof(
  fc
    .constantFrom(...REFUSED_IPV6)
    .chain(([first, prefix]) =>
      fc.bigInt({ min: 0n, max: 2n ** BigInt(128 - prefix) - 1n }).map((offset) => first + offset),
    ),
  fc.bigInt({ min: 0n, max: (0x2000n << 112n) - 1n }),
  fc.bigInt({ min: 0x4000n << 112n, max: 2n ** 128n - 1n }),
);

test("an IPv4 address of a special block is refused, embedded in an IPv6 address too", () => {
  fc.assert(
    fc.property(refusedIpv4, (address) => {
      const dotted = writeIpv4(address);
      const wide = BigInt(address);
      const embedded = [
        `::ffff:${dotted}`,
        `::${dotted}`,
        `64:ff9b::${dotted}`,
        writeIpv6((0xffffn << 32n) | wide),
        writeIpv6((0xffffn << 48n) | wide),
        writeIpv6((0x0064ff9b0001n << 80n) | wide),
        writeIpv6((0x2002n << 112n) | (wide << 80n)),
        writeIpv6((0x20010000n << 96n) | (wide ^ 0xffffffffn)),
      ];
      expect([dotted, ...embedded].filter(isPublicAddress)).toEqual([]);
    }),
  );
});

test("every spelling of a refused IPv4 address in a URL is judged as that address", () => {
  fc.assert(
    fc.property(refusedIpv4, (address) => {
      const octets = [24, 16, 8, 0].map((shift) => (address >>> shift) & 255);
      const spellings = [
        String(address),
        `0x${address.toString(16)}`,
        `0${address.toString(8)}`,
        octets.map((octet) => `0x${octet.toString(16)}`).join("."),
        octets.map((octet) => `0${octet.toString(8)}`).join("."),
        `${octets[0]}.${address & 0xffffff}`,
        `${octets[0]}.${octets[1]}.${address & 0xffff}`,
        octets.join("。"),
        encodeURIComponent(octets.join(".")).replaceAll(/\d/g, (digit) => `%3${digit}`),
      ];
      for (const spelling of spellings) {
        const { url } = checkDestination(`http://${spelling}/`, {
          ports: new Set([80]),
          allowedHosts: [],
          lists: ALL_HOSTS,
        });
        expect(readLiteral(url.hostname)).toBe(writeIpv4(address));
        expect(isPublicAddress(url.hostname)).toBe(false);
      }
    }),
  );
});

test("an IPv6 address outside 2000::/3 or in a special block of it is refused in every spelling", () => {
  fc.assert(
    fc.property(refusedIpv6, (address) => {
      const full = writeIpv6(address);
      const short = new URL(`http://[${full}]/`).hostname.slice(1, -1);
      expect([full, full.toUpperCase(), short, `${short}%eth0`].filter(isPublicAddress)).toEqual([]);
    }),
  );
});

test("the neighbours of special blocks and well-known public addresses are allowed", () => {
  const addresses = [
    "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
    "168.63.129.15", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.0.1.0", "198.17.255.255", "198.20.0.0",
    "223.255.255.255", "2000::", "2001:200::1", "2001:4860:4860::8888", "2606:4700:4700::1111", "3ffe:ffff::1",
  ]; // prettier-ignore
  expect(addresses.filter((address) => !isPublicAddress(address))).toEqual([]);
});

test("what is not an address is refused", () => {
  const texts = [
    "",
    "example.com",
    "1.2.3",
    "1.2.3.4 ",
    "01.2.3.4",
    "[2606:4700::1]",
    "2606:4700::1%1",
    "1.1.1.1\0",
  ];
  expect(texts.filter(isPublicAddress)).toEqual([]);
});

function readIpv4(dotted: string): number {
  return dotted.split(".").reduce((value, octet) => value * 256 + Number(octet), 0);
}

function writeIpv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}

function writeIpv6(address: bigint): string {
  const digits = address.toString(16).padStart(32, "0");
  return (digits.match(/.{4}/g) ?? []).join(":");
}
