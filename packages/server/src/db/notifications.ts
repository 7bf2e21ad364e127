import { setTimeout as sleep } from "node:timers/promises";
import type { ClientConfig } from "pg";
import pg from "pg";

/** Who wants to hear of one channel. */
export interface NotificationListener {
  /** Called with the payload of each NOTIFY, `""` where it had none. Must not throw. */
  readonly onNotification: (payload: string) => void;
  /** Called when the connection is lost: until `onGap` nothing is heard. */
  readonly onLoss?: (() => void) | undefined;
  /** Called after the connection was lost and is back: notifications may be missing, so read the state again. */
  readonly onGap?: (() => void) | undefined;
}

/** Hears Postgres notifications (LISTEN) over one connection of its own, which comes back after a loss. */
export interface Notifications extends AsyncDisposable {
  /** Resolves when notifications sent from now on are heard; disposing the result stops them. */
  listen(channel: string, listener: NotificationListener): Promise<AsyncDisposable>;
}

const RECONNECT_FIRST_MS = 100;
const RECONNECT_MOST_MS = 5_000;
/** A connection that nothing comes back on does not end by itself. */
const CLOSE_GRACE_MS = 5_000;

/** Connects with the first `listen`. A transaction pooler such as PgBouncer cannot carry LISTEN. */
export function createNotifications(config: ClientConfig): Notifications {
  const listeners = new Map<string, Set<NotificationListener>>();
  const closing = new AbortController();
  /** The connection that is there or, after a loss, the one that is coming. */
  let connection: Promise<pg.Client> | undefined;
  /** The connection while it is there. */
  let present: pg.Client | undefined;
  /** One statement after another. */
  let stopping: Promise<void> = Promise.resolve();

  async function connect(): Promise<pg.Client> {
    const client = new pg.Client(config);
    // Without a listener the loss of the connection would end the process; "end" follows and is acted upon.
    client.on("error", () => {});
    client.on("notification", ({ channel, payload }) => {
      for (const listener of listeners.get(channel) ?? []) listener.onNotification(payload ?? "");
    });
    await client.connect();
    try {
      for (const channel of listeners.keys()) await client.query(`listen ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      await client.end();
      throw error;
    }
    present = client;
    client.once("end", () => {
      present = undefined;
      if (closing.signal.aborted) return;
      for (const set of listeners.values()) for (const listener of set) listener.onLoss?.();
      connection = reconnect();
      connection.then(announceGap, () => {});
    });
    return client;
  }

  /** Rejects only when the notifications are closed meanwhile. */
  async function reconnect(): Promise<pg.Client> {
    for (let delayMs = RECONNECT_FIRST_MS; ; delayMs = Math.min(delayMs * 2, RECONNECT_MOST_MS)) {
      await sleep(delayMs, undefined, { signal: closing.signal });
      try {
        return await connect();
      } catch {
        // Still away.
      }
    }
  }

  function announceGap(): void {
    for (const set of listeners.values()) {
      for (const listener of set) listener.onGap?.();
    }
  }

  /** The present connection; the first one may fail, and then the next caller tries again. */
  async function connected(): Promise<pg.Client> {
    const attempt = (connection ??= connect());
    try {
      return await attempt;
    } catch (error) {
      if (connection === attempt) connection = undefined;
      throw error;
    }
  }

  function unlisten(channel: string, listener: NotificationListener): void {
    const set = listeners.get(channel);
    if (set === undefined || !set.delete(listener) || set.size > 0) return;
    listeners.delete(channel);
    // Nobody waits for this: the database may be away, and the next connection does not listen to this channel.
    const client = present;
    stopping = stopping.then(async () => {
      await client?.query(`unlisten ${pg.escapeIdentifier(channel)}`).catch(() => {});
    });
  }

  return {
    async listen(channel, listener) {
      const set = listeners.get(channel) ?? new Set();
      listeners.set(channel, set.add(listener));
      try {
        const client = await connected();
        await client.query(`listen ${pg.escapeIdentifier(channel)}`);
      } catch (error) {
        unlisten(channel, listener);
        throw error;
      }
      return { [Symbol.asyncDispose]: () => Promise.resolve(unlisten(channel, listener)) };
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      const ended = connection?.then((client) => client.end()).catch(() => {});
      await Promise.race([ended, sleep(CLOSE_GRACE_MS, undefined, { ref: false })]);
    },
  };
}
