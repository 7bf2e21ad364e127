import type { Duplex } from "node:stream";
import type { FieldDef, PoolClient, Submittable } from "pg";
import { createDbError } from "../errors.ts";

/** One statement of an exchange, by the extended protocol: its text can never be two. */
export interface Step {
  readonly text: string;
  readonly values: readonly Parameter[];
}

/** As it is sent: text, bytes as they are, or null. */
export type Parameter = string | Buffer | null;

/** What the last step of an exchange answered. */
export interface RawResult {
  readonly fields: readonly FieldDef[];
  /** Texts in the order of the fields. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** Rows that were given, added, changed or removed. */
  readonly rowCount: number;
}

/** Bounds of what the last step may answer. */
export interface ResultBounds {
  readonly rows: number;
  readonly bytes: number;
}

/** Messages of a result beside its rows, and the frames around them. */
const OVERHEAD_BYTES = 64 * 1024;

/**
 * Sends several statements at once and waits for the answer of the last one: one round trip. Outside of a transaction
 * they are one by themselves, which ends with them: https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING.
 *
 * @throws CapabilityError `DB_RESULT_LIMIT` above the bounds; with too many bytes the connection is ended, so that the
 * rest never arrives. Else the driver's error.
 */
export function exchange(
  client: PoolClient,
  steps: readonly Step[],
  bounds: ResultBounds,
): Promise<RawResult> {
  const { promise, resolve, reject } = Promise.withResolvers<RawResult>();
  const { stream } = (client as unknown as { readonly connection: Wire }).connection;
  const stop = watchBytes(stream, bounds.bytes);
  const settled: Settled = {
    resolve(result) {
      stop();
      resolve(result);
    },
    reject(error) {
      stop();
      reject(error);
    },
  };
  client.query(new Exchange(steps, bounds.rows, settled));
  return promise;
}

/** Ends the connection when more arrives than a result may have. A single row of any size would else be kept whole. */
function watchBytes(stream: Duplex, maxBytes: number): () => void {
  let left = maxBytes + OVERHEAD_BYTES;
  const count = (chunk: Buffer): void => {
    left -= chunk.byteLength;
    if (left >= 0) return;
    stream.off("data", count);
    stream.destroy(tooLarge(maxBytes));
  };
  stream.on("data", count);
  return () => void stream.off("data", count);
}

function tooLarge(maxBytes: number): Error {
  return createDbError("DB_RESULT_LIMIT", `The result has more than ${maxBytes} bytes.`);
}

interface Settled {
  resolve(result: RawResult): void;
  reject(error: Error): void;
}

/** The driver's connection, as far as what it is handed is called with it. */
interface Wire {
  readonly stream: Duplex;
  parse(message: { readonly text: string }): void;
  bind(message: { readonly values: readonly Parameter[] }): void;
  describe(message: { readonly type: "P" }): void;
  execute(message: { readonly rows?: number }): void;
  sync(): void;
  sendCopyFail(reason: string): void;
}

/** What the driver calls back while it is at work; it takes any object with these. */
class Exchange implements Submittable {
  readonly #steps: readonly Step[];
  readonly #maxRows: number;
  readonly #settled: Settled;
  readonly #rows: (string | null)[][] = [];
  #fields: readonly FieldDef[] = [];
  #completed = 0;
  #rowCount = 0;
  #hasMore = false;

  constructor(steps: readonly Step[], maxRows: number, settled: Settled) {
    this.#steps = steps;
    this.#maxRows = maxRows;
    this.#settled = settled;
  }

  submit = (connection: unknown): void => {
    const wire = connection as Wire;
    wire.stream.cork();
    this.#steps.forEach(({ text, values }, index) => {
      const isLast = index === this.#steps.length - 1;
      wire.parse({ text });
      wire.bind({ values });
      if (isLast) wire.describe({ type: "P" });
      wire.execute(isLast ? { rows: this.#maxRows + 1 } : {});
    });
    wire.sync();
    wire.stream.uncork();
  };

  handleRowDescription({ fields }: { readonly fields: readonly FieldDef[] }): void {
    this.#fields = fields;
  }

  handleDataRow({ fields }: { readonly fields: (string | null)[] }): void {
    if (this.#isAtLast) this.#rows.push(fields);
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    if (this.#isAtLast) this.#rowCount = Number(/\d+$/.exec(text)?.[0] ?? 0);
    this.#completed += 1;
  }

  handlePortalSuspended(): void {
    this.#hasMore = true;
  }

  handleEmptyQuery(): void {
    this.#completed += 1;
  }

  handleCopyInResponse(connection: Wire): void {
    connection.sendCopyFail("scripts cannot copy");
  }

  handleCopyData(): void {}

  handleReadyForQuery(): void {
    if (this.#hasMore || this.#rows.length > this.#maxRows) {
      this.#settled.reject(
        createDbError("DB_RESULT_LIMIT", `The result has more than ${this.#maxRows} rows.`),
      );
    } else {
      this.#settled.resolve({ fields: this.#fields, rows: this.#rows, rowCount: this.#rowCount });
    }
  }

  handleError(error: Error): void {
    this.#settled.reject(error);
  }

  get #isAtLast(): boolean {
    return this.#completed === this.#steps.length - 1;
  }
}
