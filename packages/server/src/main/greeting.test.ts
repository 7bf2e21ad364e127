import { execFileSync } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { composeGreeting } from "./greeting.ts";
import { readKeyFile, writeKeyFile } from "./key-file.ts";

const facts = {
  url: "http://127.0.0.1:3000",
  isolationLevel: "full",
  operatorKey: undefined,
  signInUrl: undefined,
};

test("a key appears only on the start that made it", () => {
  const demoKey = { file: "/data/demo.key", madeNow: "sk_secret" };
  expect(composeGreeting({ ...facts, demoKey })).toContain("Bearer sk_secret");
  expect(composeGreeting({ ...facts, demoKey: { ...demoKey, madeNow: undefined } })).not.toContain(
    "sk_secret",
  );
});

test("the link that signs in comes before the commands", () => {
  const signInUrl = "http://127.0.0.1:3000/sign-in#sl_x";
  const demoKey = { file: "/data/demo.key", madeNow: undefined };
  expect(composeGreeting({ ...facts, signInUrl, demoKey })).toMatch(/\/sign-in#sl_x\n[^]*curl /);
});

test("the operator's link is there only where there is one", () => {
  const operatorSignInUrl = "http://127.0.0.1:3000/sign-in#sl_o";
  expect(composeGreeting({ ...facts, operatorSignInUrl })).toMatch(
    /as the operator.*\n {2}.*\/sign-in#sl_o\n/,
  );
  expect(composeGreeting(facts)).not.toContain("/sign-in");
});

test("without a demo tenant there is nothing to call", () => {
  const text = composeGreeting({ ...facts, isolationLevel: "partial", demoKey: undefined });
  expect(text).not.toContain("curl");
  expect(text).toContain("Isolation: partial (skerry doctor tells what is missing)");
});

test("a later start reads the key from its file, in whatever folder that is", async () => {
  const folder = await mkdtemp(join(tmpdir(), "skerry it's $(odd) "));
  try {
    const file = join(folder, "keys", "demo.key");
    expect(await readKeyFile(file)).toBeUndefined();
    await writeKeyFile(file, "sk_kept");
    expect((await stat(file)).mode & 0o777).toBe(0o600);

    const line = composeGreeting({ ...facts, demoKey: { file, madeNow: undefined } })
      .split("\n")
      .find((text) => text.includes("curl"));
    const script = `curl() { printf '%s\\n' "$@"; }; ${line}`;
    expect(execFileSync("sh", ["-c", script], { encoding: "utf8" })).toContain(
      "\nAuthorization: Bearer sk_kept\n",
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
