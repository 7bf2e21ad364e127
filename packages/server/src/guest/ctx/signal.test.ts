import { afterAll, beforeAll, expect, test } from "vitest";
import { guestBundle } from "#bundles";
import { createRunnerPool, DEFAULT_LIMITS } from "@skerry/sandbox";
import type { RunnerPool } from "@skerry/sandbox";

let pool: RunnerPool;

beforeAll(async () => {
  pool = await createRunnerPool({ guestBundle: await guestBundle(), maxRunners: 1, spareRunners: 0 });
});

afterAll(() => pool.close());

/** Runs the body of a handler. @returns its output, or why there is none. */
async function run(body: string, wallMs = 20_000): Promise<unknown> {
  const code = `var program = { default: async (input, ctx) => { ${body} } };`;
  const limits = { ...DEFAULT_LIMITS, wallMs };
  const result = await pool.execute({
    executionId: "execution-1",
    tenant: "acme",
    program: { id: code, code, fileName: "test.js" },
    entry: "call",
    input: { json: "null" },
    context: { limits: { ...limits } },
    reuseContext: true,
    limits,
  });
  return result.status === "completed" ? JSON.parse(result.output.json) : result.error.code;
}

const NAME = "(error) => error.name";

test("ctx.signal aborts in time to end in order, and so does what waits by ctx.sleep", async () => {
  const body = `
    const before = ctx.signal.aborted;
    const asleep = ctx.sleep(60_000).catch(${NAME});
    await new Promise((resolve) => ctx.signal.addEventListener("abort", resolve));
    return [before, ctx.signal.aborted, ctx.signal.reason.name, await asleep];`;
  expect(await run(body, 5_000)).toEqual([false, true, "TimeoutError", "TimeoutError"]);
});

test("each execution of a warm context has time of its own", async () => {
  const code =
    "globalThis.earlier ??= ctx.signal; return [globalThis.earlier === ctx.signal, ctx.signal.aborted];";
  expect(await run(code)).toEqual([true, false]);
  expect(await run(code)).toEqual([false, false]);
});

test("ctx.sleep waits, unless a signal ends it", async () => {
  expect(await run("const at = Date.now(); await ctx.sleep(30); return Date.now() - at >= 29;")).toBe(true);
  const aborted = `const controller = new AbortController();
    setTimeout(() => controller.abort(), 5);
    return await ctx.sleep(10_000, controller).catch(${NAME});`;
  expect(await run(aborted)).toBe("AbortError");
  const late = `return await ctx.sleep(1, { signal: AbortSignal.abort() }).catch(${NAME});`;
  expect(await run(late)).toBe("AbortError");
  expect(await run(`return await ctx.sleep(1, { signal: {} }).catch(${NAME});`)).toBe("TypeError");
});

test.each(["-1", "NaN", "2 ** 31", "'5'", "{ valueOf: () => 5 }", "undefined", "5n"])(
  "ctx.sleep(%s) is refused",
  async (ms) => {
    expect(await run(`return await ctx.sleep(${ms}).catch(${NAME});`)).toBe("RangeError");
  },
);
