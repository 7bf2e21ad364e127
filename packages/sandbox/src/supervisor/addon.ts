import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { SandboxError } from "../errors.ts";

/**
 * Path of isolated-vm's native library for this Node, without loading it: it must not be loaded into the host
 * (it would need flags there), and runners may read no file.
 *
 * @throws SandboxError `RUNNER_START` when there is none.
 */
export function findEngineAddon(): string {
  const require = createRequire(import.meta.url);
  const root = dirname(require.resolve("isolated-vm/package.json"));
  const built = join(root, "build", "Release", "isolated_vm.node");
  const prebuilds = join(root, "prebuilds", `${process.platform}-${process.arch}`);
  const abi = `abi${process.versions.modules}`;
  const libc = isMusl() ? "musl" : "glibc";
  const names = list(prebuilds).filter((name) => name.includes(abi) && name.endsWith(".node"));
  const prebuilt =
    names.find((name) => name.includes(libc)) ?? names.find((name) => !/glibc|musl/.test(name));
  if (prebuilt) return join(prebuilds, prebuilt);
  if (list(dirname(built)).length > 0) return built;
  throw new SandboxError(
    "RUNNER_START",
    `isolated-vm has no build for Node ${process.versions.node} on ${process.platform}-${process.arch} (${libc}): use Node 24 or 26, or let npm run its install script`,
  );
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isMusl(): boolean {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return process.platform === "linux" && header.glibcVersionRuntime === undefined;
}
