import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { stop as stopEsbuild } from "esbuild";
import { afterAll, describe, expect, test } from "vitest";
import { describeBridge } from "../../test/bridge-conformance.ts";
import { IsolatedVmBridge } from "./isolated-vm-bridge.ts";

afterAll(stopEsbuild);

describeBridge("IsolatedVmBridge", (options) => new IsolatedVmBridge(options));

describe("IsolatedVmBridge in a process without the flag that isolated-vm needs", () => {
  const PACKAGE_ROOT = fileURLToPath(new URL("../index.ts", import.meta.url));
  const PROGRAM = `
    const { IsolatedVmBridge } = await import(${JSON.stringify(PACKAGE_ROOT)});
    await new IsolatedVmBridge().initialize().catch(({ code, message }) => console.log(code, message));`;

  test("loads with its package, and says what is missing when it is used", async () => {
    const args = ["--conditions=@skerry/source", "--input-type=module", "--eval", PROGRAM];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      env: { PATH: process.env["PATH"] },
    });
    expect(stdout).toMatch(
      /^BRIDGE_START isolated-vm crashes .* without --no-node-snapshot: start it as "node /,
    );
  });

  test("accepts the flag in NODE_OPTIONS", async () => {
    const program = `
      const { IsolatedVmBridge } = await import(${JSON.stringify(PACKAGE_ROOT)});
      await using bridge = new IsolatedVmBridge();
      console.log(await bridge.execute("return 6 * 7"));
      process.exit();`;
    const args = ["--conditions=@skerry/source", "--input-type=module", "--eval", program];
    const env = { PATH: process.env["PATH"], NODE_OPTIONS: "--no-node-snapshot" };
    expect((await promisify(execFile)(process.execPath, args, { env })).stdout).toBe("42\n");
  });
});

test("IsolatedVmBridge says what is wrong with a guest bundle", async () => {
  await using bridge = new IsolatedVmBridge({ guestBundle: "nowhere.to.be.found" });
  await expect(bridge.initialize()).rejects.toMatchObject({
    code: "BRIDGE_START",
    message: "the guest bundle failed: nowhere is not defined",
  });
});
