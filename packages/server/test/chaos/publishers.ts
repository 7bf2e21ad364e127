import { join } from "node:path";
import { endChild, isAlive, startChild } from "./child.ts";
import type { Cluster } from "./cluster.ts";
import { readJournal } from "./journal.ts";
import type { Note } from "./journal.ts";
import type { PublisherOptions } from "./publisher.ts";

/** Processes that publish until they are ended. */
export interface Publishers {
  /** Resolves when what they were at is done or given up. @returns what went wrong. */
  end(): Promise<readonly string[]>;
  /** All that they noted, each in its order. */
  readNotes(): readonly Note[];
}

const THINK_MOST_MS = 120;
const WAYS = ["rest", "rest", "sql"] as const;

export interface PublishersOptions extends Pick<PublisherOptions, "keys" | "seed"> {
  /** For journals and logs. */
  readonly folder: string;
  /** The longest pause between two things that one of them asks for, in ms. Default 120. */
  readonly thinkMostMs?: number;
}

/** They end with this process at the latest. */
export function startPublishers(
  { addresses, postgres }: Pick<Cluster, "addresses" | "postgres">,
  { folder, keys, seed, thinkMostMs = THINK_MOST_MS }: PublishersOptions,
): Publishers {
  const publishers = WAYS.map((way, index) => {
    const name = `${way}-${index + 1}`;
    const journal = join(folder, `${name}.jsonl`);
    const options: PublisherOptions = {
      name,
      way,
      seed: seed + index + 1,
      journal,
      addresses,
      keys,
      databaseUrl: postgres.url,
      thinkMostMs,
    };
    const log = join(folder, `${name}.log`);
    const child = startChild({ program: "publisher.ts", words: [JSON.stringify(options)], log });
    return { name, journal, child };
  });
  return {
    async end() {
      const dead = publishers.filter(({ child }) => !isAlive(child));
      await Promise.all(publishers.map(({ child }) => endChild(child, "SIGTERM")));
      return dead.map(({ name }) => `the publisher ${name} ended by itself`);
    },
    readNotes: () => publishers.flatMap(({ journal }) => readJournal<Note>(journal)),
  };
}
