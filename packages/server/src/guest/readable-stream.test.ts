import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import {
  ReadableStream as GuestStream,
  ReadableStreamDefaultController as GuestController,
} from "./readable-stream.ts";

type StreamClass = typeof ReadableStream;
type Controller = ReadableStreamDefaultController<unknown>;
type Note = (...facts: unknown[]) => void;

/** What happens to a stream, told step by step; the same has to happen to Node's own. */
type Story = (Class: StreamClass, note: Note) => unknown;

const STORIES: readonly [string, Story][] = [
  [
    "is filled one chunk ahead",
    async (Class, note) => {
      let count = 0;
      const stream = new Class({
        start: (controller: Controller) => note("start", controller.desiredSize),
        pull: (controller: Controller) => {
          note("pull", (count += 1), controller.desiredSize);
          if (count === 3) return controller.close();
          controller.enqueue(count);
        },
      });
      await nextTurn();
      note(stream.locked);
      const reader = stream.getReader();
      note(stream.locked);
      for (let reads = 0; reads < 4; reads += 1) {
        note(await reader.read());
        await nextTurn();
      }
      note(await reader.closed);
    },
  ],
  [
    "is filled only when it is read with a mark of 0",
    async (Class, note) => {
      const source = { pull: (controller: Controller) => (note("pull"), controller.enqueue("x")) };
      const reader = new Class(source, { highWaterMark: 0 }).getReader();
      await nextTurn();
      note("read");
      note(await reader.read());
    },
  ],
  [
    "is filled up to its mark, by the size of its chunks",
    async (Class, note) => {
      const size = (chunk: unknown) => (chunk as string).length;
      const pull = (controller: Controller) => (note(controller.desiredSize), controller.enqueue("xxx"));
      const stream = new Class({ pull }, { highWaterMark: 7, size });
      await nextTurn();
      note("read", await stream.getReader().read());
      await nextTurn();
    },
  ],
  [
    "waits for a slow pull and pulls once more when asked meanwhile",
    async (Class, note) => {
      const source = {
        pull: async (controller: Controller) => {
          note("pull");
          await nextTurn();
          controller.enqueue("x");
        },
      };
      const reader = new Class(source, { highWaterMark: 0 }).getReader();
      note(await Promise.all([reader.read(), reader.read()]));
    },
  ],
  [
    "gives what it has before it closes, and nothing can be added then",
    async (Class, note) => {
      let controller!: Controller;
      const stream = new Class({ start: (given: Controller) => void (controller = given) });
      controller.enqueue("a");
      controller.close();
      note(
        nameOf(() => controller.enqueue("b")),
        nameOf(() => controller.close()),
        controller.desiredSize,
      );
      const reader = stream.getReader();
      note(await reader.read(), await reader.read(), controller.desiredSize);
    },
  ],
  [
    "forgets what it has when it fails",
    async (Class, note) => {
      let controller!: Controller;
      const stream = new Class({ start: (given: Controller) => void (controller = given) });
      controller.enqueue("a");
      controller.error(new RangeError("broken"));
      controller.error("again");
      const reader = stream.getReader();
      note(await rejectionOf(reader.read()), await rejectionOf(reader.closed), controller.desiredSize);
      note(await rejectionOf(reader.cancel()));
    },
  ],
  [
    "fails with its pull",
    async (Class, note) => {
      const pull = () => Promise.reject(new RangeError("no pull"));
      note(await rejectionOf(new Class({ pull }).getReader().read()));
    },
  ],
  [
    "fails with its start",
    async (Class, note) => {
      const start = () => Promise.reject(new RangeError("no start"));
      note(await rejectionOf(new Class({ start }).getReader().read()));
      note(
        nameOf(
          () =>
            new Class({
              start: () => {
                throw new RangeError("at once");
              },
            }),
        ),
      );
    },
  ],
  [
    "tells its source that it was cancelled, and why",
    async (Class, note) => {
      const stream = new Class({ cancel: (reason) => note("cancelled", reason) });
      const reader = stream.getReader();
      const reading = reader.read();
      note(await rejectionOf(stream.cancel("locked")));
      note(await reader.cancel("enough"), await reading, await reader.closed);
      note(await reader.cancel("again"));
      note(
        await rejectionOf(
          new Class({
            cancel: () => {
              throw new RangeError("stays");
            },
          }).cancel(),
        ),
      );
    },
  ],
  [
    "can be read by another when its reader lets go",
    async (Class, note) => {
      const stream = Class.from(["a", "b"]);
      const first = stream.getReader();
      note(nameOf(() => stream.getReader()));
      note(await first.read());
      const waiting = new Class().getReader();
      const read = waiting.read();
      waiting.releaseLock();
      note(await rejectionOf(read));
      first.releaseLock();
      first.releaseLock();
      note(await rejectionOf(first.read()), stream.locked);
      note(await stream.getReader().read());
    },
  ],
  [
    "is iterated, and cancelled when that is left",
    async (Class, note) => {
      const stream = Class.from(watched(note));
      for await (const chunk of stream) {
        note(chunk);
        if (chunk === 2) break;
      }
      note(stream.locked, await stream.getReader().read());
      for await (const chunk of Class.from(watched(note))) note(chunk);
    },
  ],
  [
    "is iterated in part and goes on",
    async (Class, note) => {
      const stream = Class.from([1, 2, 3]);
      for await (const chunk of stream.values({ preventCancel: true })) {
        note(chunk);
        break;
      }
      note(await stream.getReader().read());
    },
  ],
  [
    "is made of what can be iterated alone",
    async (Class, note) => {
      for (const source of [undefined, null, 1, {}]) note(nameOf(() => Class.from(source)));
      note(
        await Class.from([Promise.resolve("awaited")] as never)
          .getReader()
          .read(),
      );
    },
  ],
  [
    "refuses what is no source and no strategy",
    (Class, note) => {
      note(
        nameOf(() => new Class({ pull: 1 } as never)),
        nameOf(() => new Class({ start: "x" } as never)),
      );
      for (const highWaterMark of [-1, NaN, "x"]) {
        note(nameOf(() => new Class({}, { highWaterMark: highWaterMark as never })));
      }
      note(nameOf(() => new Class({}, { size: 1 as never })));
    },
  ],
  [
    "fails with a size that is none",
    async (Class, note) => {
      for (const size of [-1, NaN, Infinity]) {
        let controller!: Controller;
        const source = { start: (given: Controller) => void (controller = given) };
        const stream = new Class(source, { size: () => size });
        note(nameOf(() => controller.enqueue("x")));
        note(
          await stream
            .getReader()
            .read()
            .catch((error: unknown) => (error as Error).name),
        );
      }
    },
  ],
];

describe("a readable stream", () => {
  test.for(STORIES)("%s, as in Node", async ([, story]) => {
    expect(await tell(story, GuestStream as never)).toEqual(await tell(story, ReadableStream));
  });

  test("has neither byte streams nor controllers of scripts' own", () => {
    expect(() => new GuestStream({ type: "bytes" })).toThrow(/Byte streams are not supported/);
    expect(() => new GuestStream().getReader({ mode: "byob" })).toThrow(/not supported/);
    expect(() => new GuestController()).toThrow(/Illegal constructor/);
  });
});

async function tell(story: Story, Class: StreamClass): Promise<unknown[]> {
  const told: unknown[] = [];
  await story(Class, (...facts) => void told.push(facts));
  return told;
}

async function* watched(note: Note): AsyncGenerator<number> {
  try {
    yield 1;
    yield 2;
    yield 3;
  } finally {
    note("finally");
  }
}

function nameOf(act: () => unknown): string {
  try {
    act();
    return "nothing";
  } catch (error) {
    return (error as Error).name;
  }
}

async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "nothing",
    (error: unknown) => (error instanceof RangeError ? error.message : (error as Error).name),
  );
}
