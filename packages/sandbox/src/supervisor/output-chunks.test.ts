import { stop as stopEsbuild } from "esbuild";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import type { RequestOptions } from "../../test/programs.ts";
import { bundleTestFile, outcomeOf, run, startRogue, startTestRunner } from "../../test/runners.ts";
import { defineCapability } from "../capability.ts";
import type { ExecutionResult, OutputChunks } from "../execution.ts";
import type { RunnerProcess } from "./runner-process.ts";

const KIB = 1024;
/** The guest tells by it how far it is. */
const told: unknown[] = [];
const tell = defineCapability({
  name: "tell",
  input: z.unknown(),
  handle: (value) => (told.push(value), {}),
});

let runner: RunnerProcess;

beforeAll(async () => {
  const guestBundle = await bundleTestFile("stream-guest.ts", "neutral");
  runner = await startTestRunner({ boot: { guestBundle }, capabilities: [tell] });
});
afterAll(async () => {
  await runner.close();
  await stopEsbuild();
});

interface Streamed {
  readonly json: string;
  readonly chunks: OutputChunks;
  readonly result: Promise<ExecutionResult>;
}

/** Runs the body of an async generator and resolves when its output begins. */
function stream(body: string, options: RequestOptions = {}): Promise<Streamed> {
  const program = `return (async function* () { const tell = (value) => ctx.call("tell", value); ${body} })();`;
  return new Promise((resolve) => {
    const result = run(runner, program, {
      entry: "stream",
      onStream: (json, chunks) => resolve({ json, chunks, result }),
      ...options,
    });
  });
}

async function readText({ chunks }: Streamed): Promise<string | undefined> {
  const { value } = await chunks.next();
  return value && Buffer.from(value).toString();
}

const text = (value: string) => `new Uint8Array([${[...Buffer.from(value)].join()}])`;

describe("an output in chunks", () => {
  test("comes as it is asked for, and no chunk is produced before", async () => {
    told.length = 0;
    const streamed = await stream(
      `await tell("a"); yield ${text("a")}; await tell("b"); yield ${text("b")}; await tell("end");`,
    );
    expect(streamed.json).toBe('"head"');
    // Whatever the runner did without being asked, it did before this other execution of it.
    expect(outcomeOf(await run(runner, "return 1"))).toBe(1);
    expect(told).toEqual([]);
    expect(await readText(streamed)).toBe("a");
    expect(outcomeOf(await run(runner, "return 2"))).toBe(2);
    expect(told).toEqual(["a"]);
    expect(await readText(streamed)).toBe("b");
    expect(await readText(streamed)).toBeUndefined();
    expect(told).toEqual(["a", "b", "end"]);
    const result = await streamed.result;
    expect(result).toMatchObject({ status: "completed", output: { json: '"head"' } });
    expect(result.usage).toMatchObject({ outputBytes: '"head"'.length + 2, capabilityCalls: 3 });
    expect(await readText(streamed)).toBeUndefined();
  });

  test("is gathered where nobody takes it, long chunks in parts and byte for byte", async () => {
    const body = `const all = Uint8Array.from({ length: ${700 * KIB} }, (_, at) => at % 251);
      yield all.subarray(1, 1); yield all.subarray(3); yield all.subarray(0, 3);`;
    const program = `return (async function* () { ${body} })();`;
    const result = await run(runner, program, { entry: "stream" });
    const all = Uint8Array.from({ length: 700 * KIB }, (_, at) => at % 251);
    if (result.status !== "completed") throw new Error(result.error.message);
    const { json, body: gathered } = result.output;
    expect(json).toBe('"head"');
    expect(Buffer.concat([all.subarray(3), all.subarray(0, 3)]).equals(gathered as Uint8Array)).toBe(true);
  });

  test("may be as large as its limit and no larger", async () => {
    const program = (bytes: number) =>
      `return (async function* () { yield new Uint8Array(${bytes - 10}); yield new Uint8Array(10); })();`;
    const options = { entry: "stream", limits: { outputBytes: 1_000 } };
    expect(outcomeOf(await run(runner, program(1_000), options))).toBe("head");
    expect(outcomeOf(await run(runner, program(1_001), options))).toBe("OUTPUT_LIMIT");
  });

  test.each([
    ["SCRIPT_ERROR", "throw new Error('half way')", {}],
    ["WALL_LIMIT", "await new Promise((done) => setTimeout(done, 60_000))", { wallMs: 2_000 }],
    ["CPU_LIMIT", "for (;;);", { cpuMs: 100 }],
    ["NEVER_SETTLED", "await new Promise(() => {})", {}],
    ["SCRIPT_ERROR", "yield { length: 3 }", {}],
  ])("fails half way with %s", async (code, body, limits) => {
    const streamed = await stream(`yield ${text("a")}; ${body};`, { limits });
    expect(await readText(streamed)).toBe("a");
    await expect(streamed.chunks.next()).rejects.toMatchObject({ code });
    expect(outcomeOf(await streamed.result)).toBe(code);
    expect(runner.isRetired).toBe(false);
  });

  test("that is not read ends at the wall limit", async () => {
    const streamed = await stream(`yield ${text("a")};`, { limits: { wallMs: 2_000 } });
    expect(outcomeOf(await streamed.result)).toBe("WALL_LIMIT");
    await expect(streamed.chunks.next()).rejects.toMatchObject({ code: "WALL_LIMIT" });
  });

  test.each([
    [
      "waits to be read",
      `try { yield ${text("a")}; yield ${text("b")}; } finally { await tell("gone"); }`,
      1,
    ],
    ["has yet to begin", `yield ${text("a")};`, 0],
  ])("that is given up while it %s ends as cancelled, and its guest hears of it", async (_, body, reads) => {
    told.length = 0;
    const streamed = await stream(body);
    for (let count = 0; count < reads; count += 1) expect(await readText(streamed)).toBe("a");
    await streamed.chunks.return();
    expect(await streamed.result).toMatchObject({ status: "cancelled", error: { code: "CANCELLED" } });
    expect(await readText(streamed)).toBeUndefined();
    if (reads > 0) expect(told).toEqual(["gone"]);
    expect(runner.isRetired).toBe(false);
  });

  test.each([
    [
      "does not end",
      `try { yield ${text("a")}; } finally { await new Promise((r) => setTimeout(r, 60_000)); }`,
    ],
    ["loops", `try { yield ${text("a")}; } finally { for (;;); }`],
    ["never settles", `try { yield ${text("a")}; } finally { await new Promise(() => {}); }`],
  ])("that is given up ends also when its clean-up %s", async (_, body) => {
    const streamed = await stream(body, { limits: { cpuMs: 5_000 } });
    await readText(streamed);
    await streamed.chunks.return();
    expect(outcomeOf(await streamed.result)).toBe("CANCELLED");
  });

  test("is cancelled from outside while a chunk is waited for", async () => {
    const cancelling = new AbortController();
    const body = `yield ${text("a")}; await new Promise((r) => setTimeout(r, 60_000));`;
    const streamed = await stream(body, { signal: cancelling.signal });
    await readText(streamed);
    const next = streamed.chunks.next();
    cancelling.abort();
    await expect(next).rejects.toMatchObject({ code: "CANCELLED" });
    expect(outcomeOf(await streamed.result)).toBe("CANCELLED");
  });

  test("goes on beside others of the same runner, whose context may be used again", async () => {
    const count = `for (let at = 0; at < 20; at += 1) { yield ${text("x")}; await null; }`;
    const streams = await Promise.all([1, 2, 3].map(() => stream(count, { reuseContext: true })));
    const lengths = await Promise.all(
      streams.map(async (streamed) => {
        let length = 0;
        while ((await readText(streamed)) !== undefined) {
          length += 1;
          expect(outcomeOf(await run(runner, "return 'beside'"))).toBe("beside");
        }
        return length;
      }),
    );
    expect(lengths).toEqual([20, 20, 20]);
    const again = await stream(count, { reuseContext: true });
    expect(await readText(again)).toBe("x");
    await again.chunks.return();
  });
});

describe("a process that is no honest runner is killed as RUNNER_PROTOCOL when it sends", () => {
  const begin = `send(FrameKind.Stream, execution, 0, ['"head"']);`;
  const chunk = "send(FrameKind.Chunk, execution, 0, [Buffer.alloc(1_000)]);";
  test.each([
    ["a chunk of no output", chunk],
    ["an output that begins twice", begin + begin],
    ["an output that begins with nothing", "send(FrameKind.Stream, execution)"],
    ["an output whose beginning is not JSON", "send(FrameKind.Stream, execution, 0, ['{'])"],
    [
      "an output whose beginning is far over the limit",
      "send(FrameKind.Stream, execution, 0, [JSON.stringify('x'.repeat(4e4))])",
    ],
    ["an empty chunk", `${begin} send(FrameKind.Chunk, execution, 0, [''])`],
    ["a chunk without bytes", `${begin} send(FrameKind.Chunk, execution)`],
    ["chunks over their limit", begin + chunk.repeat(11)],
    ["a result beside its chunks", `${begin} send(FrameKind.Complete, execution, 0, [END, '1'])`],
    ["a body beside its chunks", `${begin} send(FrameKind.Complete, execution, 0, [END, 'null', 'x'])`],
    ["a chunk of another execution", `${begin} send(FrameKind.Chunk, execution + 1, 0, ['x'])`],
  ])("%s", async (_, onExecute) => {
    await using rogue = await startRogue(onExecute);
    const limits = { outputBytes: 10_000, wallMs: 5_000 };
    const result = await run(rogue, "return 1", { limits });
    expect(result).toMatchObject({ status: "failed", error: { code: "RUNNER_PROTOCOL" } });
    expect(await rogue.exited).toBe("protocol");
  });

  test("a chunk over the size of chunks", async () => {
    await using rogue = await startRogue(
      `${begin} send(FrameKind.Chunk, execution, 0, [Buffer.alloc(300 * 1024)])`,
    );
    expect(outcomeOf(await run(rogue, "return 1", { limits: { wallMs: 5_000 } }))).toBe("RUNNER_PROTOCOL");
  });

  test("a chunk that its reader did not ask for", async () => {
    await using rogue = await startRogue(begin + chunk);
    const onStream = vi.fn<() => void>();
    const result = await run(rogue, "return 1", { onStream, limits: { wallMs: 5_000 } });
    expect(onStream).toHaveBeenCalledOnce();
    expect(outcomeOf(result)).toBe("RUNNER_PROTOCOL");
  });

  test("a chunk after the end, which stands", async () => {
    await using rogue = await startRogue(
      `${begin} send(FrameKind.Complete, execution, 0, [END, 'null']); send(FrameKind.Chunk, execution, 0, ['x'])`,
    );
    expect(outcomeOf(await run(rogue, "return 1"))).toBe("head");
    expect(await rogue.exited).toBe("protocol");
  });
});
