import { stop as stopEsbuild } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { isLiving } from "../../test/processes.ts";
import { compileProgram, programOf } from "../../test/programs.ts";
import { TENANT, bundleTestFile, outcomeOf, run, startTestRunner } from "../../test/runners.ts";
import { CapabilityError, defineCapability } from "../capability.ts";
import { type LogLine, SandboxError } from "../index.ts";
import { RunnerProcess } from "./runner-process.ts";
import { testJail } from "../../test/runners.ts";

let runner: RunnerProcess;

beforeEach(async () => {
  if (runner === undefined || runner.isRetired) runner = await startTestRunner();
});
afterAll(async () => {
  await runner.close();
  await stopEsbuild();
});

describe("an execution", () => {
  test("gives the handler input and context, and its result back", async () => {
    const result = await run(runner, "return [input, ctx.tenant, typeof require, typeof process]", {
      input: { sku: "é😀" },
      context: { tenant: TENANT },
    });
    expect(outcomeOf(result)).toEqual([{ sku: "é😀" }, TENANT, "undefined", "undefined"]);
    expect(result.usage).toMatchObject({ capabilityCalls: 0, outputBytes: 52, logBytes: 0 });
    expect(result.usage.memoryPeakBytes).toBeGreaterThan(500_000);
  });
});
