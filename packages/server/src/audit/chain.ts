import { createHash } from "node:crypto";

/** A record as the database keeps it, each field in the text form that is hashed. */
export interface StoredRecord {
  readonly chain: string;
  readonly seq: number;
  /** RFC 3339 in UTC with three digits of a second. */
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly targetType: string;
  readonly targetId: string;
  readonly targetName: string | null;
  /** JSON text. */
  readonly before: string | null;
  /** JSON text. */
  readonly after: string | null;
  readonly address: string | null;
  readonly requestId: string | null;
  /** Hexadecimal, as is `hash`. */
  readonly previousHash: string;
  readonly hash: string;
}

/** What the first record of a chain follows. */
export const NO_HASH = "0".repeat(64);

/** Names the format, so that another one can follow it. */
const FORMAT = "skerry-audit-1,";

/**
 * The hash that belongs to a record, in hexadecimal: SHA-256 of the format's name and of every field in the order of
 * {@link StoredRecord} as a netstring, `length in bytes:text,`, or `-,` for null (docs/audit.md). The database computes
 * the same when it inserts a record.
 */
export function hashRecord(record: Omit<StoredRecord, "hash">): string {
  const fields = [
    record.chain,
    String(record.seq),
    record.at,
    record.actor,
    record.action,
    record.targetType,
    record.targetId,
    record.targetName,
    record.before,
    record.after,
    record.address,
    record.requestId,
    record.previousHash,
  ];
  return createHash("sha256")
    .update(FORMAT + fields.map(frameField).join(""))
    .digest("hex");
}

function frameField(text: string | null): string {
  return text === null ? "-," : `${Buffer.byteLength(text)}:${text},`;
}

/** The end of a chain. */
export interface ChainEnd {
  readonly seq: number;
  readonly hash: string;
}

/** The first place where a chain does not hold. */
export interface BrokenRecord {
  readonly seq: number;
  readonly reason: string;
}

/** What is wrong with a record that should follow `previous`, or undefined when nothing is. */
export function findFlaw(previous: ChainEnd, record: StoredRecord): BrokenRecord | undefined {
  const seq = previous.seq + 1;
  if (record.seq !== seq) {
    return { seq, reason: `record ${seq} is missing: after ${previous.seq} comes ${record.seq}` };
  }
  if (hashRecord(record) !== record.hash) {
    return { seq, reason: `record ${seq} was changed: its hash is not that of its fields` };
  }
  if (record.previousHash !== previous.hash) {
    const follows = seq === 1 ? "begin the chain" : `follow record ${previous.seq}`;
    return { seq, reason: `record ${seq} does not ${follows}: one of them was replaced` };
  }
  return undefined;
}

/** What is wrong with the end of a chain, given the head that the database keeps apart from the records. */
export function findFlawAtEnd(end: ChainEnd, head: ChainEnd | undefined): BrokenRecord | undefined {
  if (head === undefined && end.seq === 0) return undefined;
  if (head === undefined) return { seq: end.seq, reason: "the head of the chain is missing" };
  if (head.seq > end.seq) {
    const seq = end.seq + 1;
    return { seq, reason: `records ${seq} to ${head.seq} are missing: the head says that they were there` };
  }
  if (head.seq < end.seq || head.hash !== end.hash) {
    return { seq: end.seq, reason: `record ${end.seq} is not the one that the head names` };
  }
  return undefined;
}
