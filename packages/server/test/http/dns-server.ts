import { createSocket } from "node:dgram";

/** A DNS server on a free UDP port of 127.0.0.1. */
export interface DnsServer extends AsyncDisposable {
  /** As `Resolver.setServers` takes it. */
  readonly address: string;
}

/** What a name stands for: addresses, as a rule of its own, or of another name that it is an alias of. */
export type DnsAnswer = readonly string[] | { readonly alias: string; readonly addresses: readonly string[] };

const HEADER_BYTES = 12;
const TYPE_A = 1;
const TYPE_CNAME = 5;
const ANSWER_FLAGS = 0x8180;

/** Answers questions for A with what `answer` gives for the name, and all others with nothing. */
export async function serveDns(answer: (name: string) => DnsAnswer): Promise<DnsServer> {
  const socket = createSocket("udp4");
  socket.on("message", (question, peer) => {
    socket.send(encodeAnswer(question, answer), peer.port, peer.address);
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.bind(0, "127.0.0.1", resolve);
  await promise;
  return {
    address: `127.0.0.1:${socket.address().port}`,
    async [Symbol.asyncDispose]() {
      const closed = Promise.withResolvers<void>();
      socket.close(() => closed.resolve());
      await closed.promise;
    },
  };
}

/** RFC 1035 section 4: the question comes back, followed by CNAME and A records; no time to live. */
function encodeAnswer(question: Buffer, answer: (name: string) => DnsAnswer): Buffer {
  const { name, end } = readName(question);
  const type = question.readUInt16BE(end);
  const found = type === TYPE_A ? answer(name) : [];
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(question.readUInt16BE(0), 0);
  header.writeUInt16BE(ANSWER_FLAGS, 2);
  header.writeUInt16BE(1, 4);
  // Points at the name in the question.
  const asked = Buffer.from([0xc0, HEADER_BYTES]);
  const records =
    "alias" in found
      ? [
          encodeRecord(asked, TYPE_CNAME, encodeName(found.alias)),
          ...found.addresses.map((address) => encodeAddress(encodeName(found.alias), address)),
        ]
      : found.map((address) => encodeAddress(asked, address));
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([header, question.subarray(HEADER_BYTES, end + 4), ...records]);
}

function encodeAddress(name: Buffer, address: string): Buffer {
  return encodeRecord(name, TYPE_A, Buffer.from(address.split(".").map(Number)));
}

function encodeRecord(name: Buffer, type: number, data: Buffer): Buffer {
  return Buffer.concat([name, Buffer.from([0, type, 0, 1, 0, 0, 0, 0, 0, data.length]), data]);
}

function encodeName(name: string): Buffer {
  const labels = name.split(".").map((label) => Buffer.from([label.length, ...Buffer.from(label, "latin1")]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}

function readName(message: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join("."), end: at + 1 };
}
