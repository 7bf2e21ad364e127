import { once } from "node:events";
import { text } from "node:stream/consumers";
import { stop as stopEsbuild } from "esbuild";
import { afterAll, expect, test } from "vitest";
import { bundleTestFile, testJail } from "../../test/runners.ts";
import { findEngineAddon } from "../supervisor/addon.ts";
import { spawnRunner } from "../supervisor/spawn.ts";

afterAll(stopEsbuild);

test("a runner that has its engine may load no native code any more", async () => {
  const program = await bundleTestFile("addon-loader.ts", "node");
  const jail = testJail();
  const { child, socket } = spawnRunner({ jail, program, boot: {}, addonPath: findEngineAddon() });
  const [answer] = await Promise.all([text(socket), once(child, "close")]);
  expect(answer).toBe('["function","ERR_ACCESS_DENIED"]');
});
