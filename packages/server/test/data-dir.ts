import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A fresh temporary folder that others may pass through. `mkdtemp` alone makes a private one, and when the tests run
 * as root the embedded PostgreSQL, which then runs as another user, would put its data elsewhere. The caller removes it.
 */
export function makeDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), "skerry-data-"));
  chmodSync(folder, 0o755);
  return folder;
}
