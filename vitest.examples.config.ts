import { defineConfig } from "vitest/config";
import workspace from "./vitest.config.ts";

const { projects: _, ...test } = workspace.test ?? {};

/** Each example is a product that starts and ends: a step of `npm run check`, beside the tests. */
export default defineConfig({
  ...workspace,
  test: { ...test, include: ["examples/src/**/*.test.ts"] },
});
