import { createSocket } from "node:dgram";

/** A DNS server on a free UDP port of 127.0.0.1. */
export interface DnsServer extends AsyncDisposable {
  /** As `Resolver.setServers` takes it. */
  readonly address: string;
}

const HEADER_BYTES = 12;
const TYPE_A = 1;
const ANSWER_FLAGS = 0x8180;

/** Answers questions for A with what `answer` gives for the name, and all others with nothing. */
export async function serveDns(answer: (name: string) => readonly string[]): Promise<DnsServer> {
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

/** RFC 1035 section 4: the question comes back, followed by A records whose name points at it; no time to live. */
function encodeAnswer(question: Buffer, answer: (name: string) => readonly string[]): Buffer {
  const { name, end } = readName(question);
  const type = question.readUInt16BE(end);
  const addresses = type === TYPE_A ? answer(name) : [];
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(question.readUInt16BE(0), 0);
  header.writeUInt16BE(ANSWER_FLAGS, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(addresses.length, 6);
  const records = addresses.map((address) =>
    Buffer.from([0xc0, HEADER_BYTES, 0, TYPE_A, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split(".").map(Number)]),
  );
  return Buffer.concat([header, question.subarray(HEADER_BYTES, end + 4), ...records]);
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
