import { stop as stopEsbuild } from "esbuild";
import { afterAll, describe, expect, test } from "vitest";
import { bundleTestFile, outcomeOf, run, startTestRunner } from "../../test/runners.ts";
import { GuestSnapshot } from "./guest-snapshot.ts";

afterAll(stopEsbuild);

/** Where it ran, no snapshot could be made. */
const BROKEN_BUNDLE = { guestBundle: "throw new Error('this bundle ran')" };

describe("a snapshot", () => {
  test("is made by the first runner, and the others start from it without the guest bundle", async () => {
    const snapshot = new GuestSnapshot();
    await using first = await startTestRunner({ snapshot });
    const made = snapshot.bytes;
    expect(made?.byteLength).toBeGreaterThan(100_000);
    await using second = await startTestRunner({ snapshot, boot: BROKEN_BUNDLE });
    const program = "const seen = new Map(Object.entries(input)); return seen.get('name')";
    for (const runner of [first, second]) {
      expect(outcomeOf(await run(runner, program, { input: { name: "ada" } }))).toBe("ada");
    }
    expect(snapshot.bytes).toBe(made);
  });

  test("of a runner that is ready is not taken", async () => {
    const snapshot = new GuestSnapshot();
    const program = await bundleTestFile("rogue.ts", "node");
    const boot = { onExecute: "send(FrameKind.Snapshot, 0, 0, ['of a tenant'])" };
    await using rogue = await startTestRunner({ snapshot, program, boot });
    expect(outcomeOf(await run(rogue, "return 1", { limits: { wallMs: 5_000 } }))).toBe("RUNNER_PROTOCOL");
    expect(await rogue.exited).toBe("protocol");
    expect(snapshot.bytes).toBeUndefined();
  });

  test("of a runner that does not become ready is not taken", async () => {
    const snapshot = new GuestSnapshot();
    const program = `require("fs").writeSync(3, Buffer.from(boot.frame, "base64")); process.exit(1);`;
    // One part of two bytes; see the head of frame.ts.
    const frame = Buffer.from([16, 0, 0, 0, 17, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1, 2]);
    const starting = startTestRunner({ snapshot, program, boot: { frame: frame.toString("base64") } });
    await expect(starting).rejects.toMatchObject({ code: "RUNNER_START" });
    expect(snapshot.bytes).toBeUndefined();
  });

  test("that runners do not start from is made anew", async () => {
    const snapshot = new GuestSnapshot();
    snapshot.keep(new Uint8Array(4_096));
    await expect(startTestRunner({ snapshot })).rejects.toMatchObject({ code: "RUNNER_START" });
    await using runner = await startTestRunner({ snapshot });
    expect(outcomeOf(await run(runner, "return 6 * 7"))).toBe(42);
    expect(snapshot.bytes?.byteLength).toBeGreaterThan(100_000);
  });
});
