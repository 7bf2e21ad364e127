import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { checkDeploy } from "./deploy.ts";
import { formatFinding } from "./finding.ts";
import { createTemporaryRepository } from "./temporary-repository.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

test.each([
  ["deploy/Dockerfile", "COPY packages packages", "COPY parcels parcels", "there is no parcels"],
  ["deploy/Dockerfile", "COPY benchmarks/package.json", "# COPY", "npm ci needs benchmarks/package.json"],
  [".dockerignore", "!scripts", "", "keeps scripts from the image"],
  ["deploy/compose.yaml", "read_only: true", "read_only: false", "web: must be read_only"],
  ["deploy/compose.yaml", "SKERRY_ROLE: worker", "SKERRY_ROLL: worker", "reads no variable SKERRY_ROLL"],
  ["deploy/compose.yaml", "./seccomp.json", "./none.json", "there is no ./none.json"],
  ["deploy/seccomp.json", '"unshare"', '"bpf"', "must not allow bpf"],
  ["deploy/seccomp.json", '"pivot_root"', '"pause"', "runners need pivot_root"],
  ["deploy/systemd/skerry.service", "UMask=0077", "ProtectProc=invisible", "takes a wall from runners"],
  ["deploy/skerry.env.example", "LOG_LEVEL=", "LOG_LEVELS=", "reads no variable LOG_LEVELS"],
])("%s with %j changed to %j", async (file, before, after, message) => {
  await using repository = await createTemporaryRepository({});
  const { root } = repository;
  for (const path of ["deploy", ".dockerignore", "package.json", "package-lock.json", "LICENSE"]) {
    await cp(join(ROOT, path), join(root, path), { recursive: true });
  }
  const text = await readFile(join(root, file), "utf8");
  expect(text).toContain(before);
  await writeFile(join(root, file), text.replace(before, after));
  expect((await checkDeploy(root)).map(formatFinding).join("\n")).toContain(message);
});
