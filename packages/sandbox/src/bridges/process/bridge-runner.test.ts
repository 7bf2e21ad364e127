import { stop as stopEsbuild } from "esbuild";
import { afterAll, describe, expect, test } from "vitest";
import {
  MEMORY_LIMIT_MB,
  killRunners,
  startBridgeRogue,
  startBridgeRunner,
} from "../../../test/bridge-runners.ts";
import { listRunners } from "../../../test/processes.ts";
import type { HostAnswer } from "../engine.ts";
import type { BridgeRunner } from "./bridge-runner.ts";
import type { ProcessTransport } from "./process-engine.ts";

afterAll(stopEsbuild);

const TIMEOUT_MS = 250;
/** What a busy machine may add; what is stopped would run for ever. */
const TOLERANCE_MS = 15_000;
/** Where something else comes first, on a busy machine too. */
const PATIENT_TIMEOUT_MS = 10_000;
/** V8 looks at no clock in here, and needs no memory. */
const UNSTOPPABLE = "return Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 1)";

type Run = (runner: BridgeRunner, message: string, answer?: HostAnswer, timeoutMs?: number) => unknown;

const WAYS: ReadonlyArray<{ name: string; transport: ProcessTransport; run: Run }> = [
  {
    name: "at once over FIFOs",
    transport: "fifos",
    run: (runner, message, answer = echo, timeoutMs = PATIENT_TIMEOUT_MS) =>
      runner.runSync(message, answer, timeoutMs),
  },
  {
    name: "later over FIFOs",
    transport: "fifos",
    run: (runner, message, answer = echo, timeoutMs = PATIENT_TIMEOUT_MS) =>
      runner.run(message, answer, timeoutMs),
  },
  {
    name: "later over a socket",
    transport: "socket",
    run: (runner, message, answer = echo, timeoutMs = PATIENT_TIMEOUT_MS) =>
      runner.run(message, answer, timeoutMs),
  },
];

describe.each(WAYS)("a runner behind a bridge, asked $name", ({ transport, run }) => {
  const outcomeOf = async (...args: Parameters<Run>): Promise<unknown> => {
    try {
      return await run(...args);
    } catch (error) {
      const { code, message: text } = error as { code?: string; message: string };
      return code === undefined ? text : [code, text];
    }
  };
  const outcomeOfRogue = async (rogue: string, message: string, timeoutMs?: number): Promise<unknown> => {
    const runner = await startBridgeRogue(rogue, { transport });
    const outcome = await outcomeOf(runner, message, echo, timeoutMs);
    await runner.close();
    return outcome;
  };

  test("answers again and again, asks the host meanwhile, and carries any text of any size", async () => {
    const runner = await startBridgeRunner({ transport });
    expect(await run(runner, "return 1 + 1")).toBe("2");
    expect(await run(runner, "return ask('a') + ask('b')")).toBe("<a><b>");
    expect(await run(runner, "return ask('')")).toBe("<>");
    expect(await run(runner, "Promise.reject(new Error('unheard')); return 'answer'")).toBe("answer");
    expect(await run(runner, "Promise.reject(null); return 'answer'")).toBe("answer");
    const large = "é€😀x".repeat(100_000);
    expect(await run(runner, `return ask("${large}") + "!"`)).toBe(`<${large}>!`);
    expect(await run(runner, "return 'y'.repeat(2e7).length")).toBe("20000000");
    await runner.close();
  });

  test.each([
    ["a loop", "for (;;);"],
    ["what V8 cannot stop", UNSTOPPABLE],
    ["a loop that asks the host for ever", "for (;;) ask('again')"],
    ["many host calls that are slow", "for (let i = 0; i < 9; i++) ask('slow'); return 'done'"],
  ])("is stopped in time: %s", async (_, message) => {
    let losses = 0;
    const runner = await startBridgeRunner({ transport, onLost: () => losses++ });
    const answer = (question: string): string => (question === "slow" ? waste(100) : echo(question));
    const startedAt = performance.now();
    expect(await outcomeOf(runner, message, answer, TIMEOUT_MS)).toEqual([
      "BRIDGE_TIMEOUT",
      `the code ran longer than ${TIMEOUT_MS} ms, its limit timeoutMs`,
    ]);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(TIMEOUT_MS - 1);
    expect(performance.now() - startedAt).toBeLessThan(TIMEOUT_MS + TOLERANCE_MS);
    expect(losses).toBe(1);
    await runner.close();
  });

  test.each([
    ["inside its heap", "const all = []; for (;;) all.push(new Array(1_000).fill(1.5))"],
    ["beside its heap", 'return "a".repeat(5e8).normalize("NFKD").length'],
    ["in one piece", 'return JSON.stringify(" ".repeat(2e8)).length'],
  ])("is stopped when it takes memory %s", async (_, message) => {
    const runner = await startBridgeRunner({ transport });
    expect(await outcomeOf(runner, message)).toEqual([
      "BRIDGE_MEMORY",
      `the code used more memory than ${MEMORY_LIMIT_MB} MiB, its limit memoryLimitMb`,
    ]);
    await runner.close();
  });

  test("is lost when it is killed while the guest runs", async () => {
    const runner = await startBridgeRunner({ transport });
    const answer = (): string => {
      killRunners();
      return "dead";
    };
    expect(await outcomeOf(runner, "ask('kill me'); for (;;);", answer)).toEqual([
      "BRIDGE_LOST",
      "the runner process ended before the code had a result",
    ]);
    expect(await outcomeOf(runner, "return 1")).toMatchObject(["BRIDGE_LOST", expect.any(String)]);
    await runner.close();
  });

  const cap = MEMORY_LIMIT_MB * 2 * 1024 * 1024;
  test.each([
    ["exits with 0", "process.exit(0)", "the runner process ended before the code had a result"],
    ["writes what is no frame", "fs.writeSync(write, 'garbage!')", /frame of \d+ bytes is over the cap/],
    [
      "announces too long an answer",
      `fs.writeSync(write, Buffer.from(new Uint32Array([${cap + 1}, 0, 0]).buffer)); for (;;);`,
      `the runner was killed: frame of ${cap + 1} bytes is over the cap of ${cap}`,
    ],
    [
      "sends a frame without a header",
      "fs.writeSync(write, Buffer.from([4, 0, 0, 0, 5, 0, 0, 0, 0])); for (;;);",
      "the runner was killed: frame of 4 bytes has no room for its header",
    ],
    [
      "invents a kind of frame",
      "send(99, ''); for (;;);",
      "the runner was killed: it sent a frame of kind 99, which does not exist",
    ],
    ["says twice that it is up", "send(1, ''); for (;;);", /kind 1, which does not exist/],
  ])("is killed when it %s", async (_, rogue, message) => {
    expect(await outcomeOfRogue(rogue, "hello")).toEqual(["BRIDGE_LOST", expect.stringMatching(message)]);
  });

  test.each([
    ["stops in the middle of a frame", "fs.writeSync(write, Buffer.from([200, 0, 0, 0, 5])); for (;;);"],
    ["does not answer", "setInterval(() => {}, 1e6)"],
    ["closes its end", "fs.closeSync(write); setInterval(() => {}, 1e6)"],
    ["asks and does not read the answer", "send(3, ''); for (;;);"],
  ])("is killed in time when it %s", async (_, rogue) => {
    expect(await outcomeOfRogue(rogue, "x".repeat(1_000_000), TIMEOUT_MS)).toMatchObject([
      "BRIDGE_TIMEOUT",
      expect.any(String),
    ]);
  });

  test("is killed when it speaks unasked", async () => {
    let losses = 0;
    const runner = await startBridgeRogue("send(5, 'a'); send(5, 'b'); for (;;);", {
      transport,
      onLost: () => losses++,
    });
    expect(await run(runner, "hello")).toBe("a");
    await expect.poll(() => losses).toBe(1);
    expect(await outcomeOf(runner, "hello")).toMatchObject(["BRIDGE_LOST", expect.any(String)]);
    await runner.close();
  });

  test("notices at rest that it is dead, and leaves nothing behind", async () => {
    let losses = 0;
    const runner = await startBridgeRunner({ transport, onLost: () => losses++ });
    killRunners();
    await expect.poll(() => losses).toBe(1);
    await runner.close();
    await runner.close();
    expect(listRunners()).toEqual([]);
  });

  test("says why it did not start", async () => {
    const program = "throw new Error('nothing to start with')";
    await expect(startBridgeRunner({ transport, program })).rejects.toThrow(
      /^a runner process did not start: [^]*nothing to start with/,
    );
  });
});

function echo(question: string): string {
  return `<${question}>`;
}

function waste(ms: number): string {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  return "";
}
