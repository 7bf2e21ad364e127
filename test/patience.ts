import { vi } from "vitest";

/** Of states that a busy machine reaches late. Vitest's own second is too short for one. */
const PATIENCE_MS = 20_000;

const { waitFor } = vi;

// A time that a test names itself holds.
vi.waitFor = (callback, options) =>
  waitFor(callback, typeof options === "number" ? options : { timeout: PATIENCE_MS, ...options });
