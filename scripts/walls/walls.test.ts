import { access, mkdir, readFile, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createTemporaryRepository } from "../checks/temporary-repository.ts";
import type { SwitchOutcome } from "./outcome.ts";
import { WALL_SWITCHES } from "./switches.ts";
import type { JailWallName, WallSwitch } from "./wall-switch.ts";
import { runWalls } from "./walls.ts";
import { readChanged } from "./working-copy.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const GATE = `
export function pass(age: number): string {
  if (age < 18) throw new RangeError("too young");
  if (age > 200) throw new RangeError("too old");
  return "welcome";
}
`;
const GATE_TESTS = `
import { describe, expect, test } from "vitest";
import { pass } from "./gate.ts";
describe("a gate", () => {
  test("lets adults in", () => expect(pass(30)).toBe("welcome"));
  test("keeps children out", () => expect(() => pass(5)).toThrow("too young"));
  test("is not finished", () => expect(pass(30)).toBe("goodbye"));
});
`;

/** A repository with a gate, and this one's Vitest. */
async function createGateRepository() {
  const repository = await createTemporaryRepository({ "src/gate.ts": GATE, "src/gate.test.ts": GATE_TESTS });
  const vitest = join(ROOT, "node_modules/vitest");
  const link = join(repository.root, "node_modules/vitest");
  await mkdir(dirname(link));
  await symlink(vitest, link);
  return repository;
}

function switchOff(find: string, replace: string, names: string): WallSwitch {
  return { wall: "rest", what: find, file: "src/gate.ts", find, replace, tests: ["src/gate.test.ts", names] };
}

const YOUNG = "if (age < 18) throw";
const CAUGHT = switchOff(YOUNG, "if (false) throw", "a gate > keeps children out");

async function run(root: string, switches: readonly WallSwitch[], ...words: string[]) {
  const lines: string[] = [];
  const notes: string[] = [];
  const exitCode = await runWalls(words, {
    root,
    switches,
    missing: new Set<JailWallName>(["user"]),
    print: (line) => void lines.push(line),
    note: (line) => void notes.push(line),
  });
  return { exitCode, text: lines.join("\n"), notes: notes.join("\n") };
}

test("tells what each switch has shown, and changes nothing in the repository", async () => {
  await using repository = await createGateRepository();
  const switches: readonly (readonly [WallSwitch, verdict: string, detail: string])[] = [
    [CAUGHT, "caught", "a gate > keeps children out"],
    [{ ...CAUGHT, needs: ["user"] }, "not here", "needs user"],
    [switchOff("if (age > 200) throw", "if (false) throw", "a gate > (lets|keeps)"), "survived", "2 passed"],
    [switchOff("if (age < 21)", "", "lets adults in"), "out of date", "0 times"],
    [switchOff("throw new", "", "lets adults in"), "out of date", "2 times"],
    [switchOff(YOUNG, "if (", "lets adults in"), "out of date", "does not parse"],
    [switchOff(YOUNG, "", "lets nobody in"), "untested", "is named /lets nobody in/"],
    [switchOff(YOUNG, "", "is not finished"), "untested", "a gate > is not finished: AssertionError"],
    [switchOff(YOUNG, "missing();", "lets adults in"), "broken", "ReferenceError: missing is not defined"],
    [switchOff("export function", "function", "lets adults in"), "broken", "pass"],
  ];
  const { exitCode, text, notes } = await run(
    repository.root,
    switches.map(([each]) => each),
    "--json",
  );
  expect(JSON.parse(text) as SwitchOutcome[]).toEqual(
    switches.map(([{ wall, what }, verdict, detail]) => {
      return { wall, what, verdict, detail: expect.stringContaining(detail), durationMs: expect.any(Number) };
    }),
  );
  expect(exitCode).toBe(1);
  expect(notes).toContain(`${switches.length}/${switches.length} `);
  expect(await readFile(join(repository.root, "src/gate.ts"), "utf8")).toBe(GATE);
});

test("is well when every chosen switch is caught or not to be shown here", async () => {
  await using repository = await createGateRepository();
  const survivor = switchOff("if (age > 200) throw", "if (false) throw", "lets adults in");
  const switches: readonly WallSwitch[] = [
    CAUGHT,
    { ...CAUGHT, needs: ["user"] },
    { ...survivor, wall: "jail" },
  ];
  const { exitCode, text } = await run(repository.root, switches, "--only=rest");
  expect(text).toMatch(/^rest +1\/2 /m);
  expect(text).toContain("2 switches: 1 caught, 0 not, 1 not to be shown on this machine");
  expect(exitCode).toBe(0);
});

test("--only takes the walls that there are", async () => {
  expect(await run(ROOT, [CAUGHT], "--only=moat")).toMatchObject({
    exitCode: 2,
    notes: expect.stringContaining('no wall "moat"'),
  });
});

test("each switch of the list fits the sources, changes something, and says it once", async () => {
  for (const each of WALL_SWITCHES) {
    const { text, changed } = await readChanged(ROOT, each);
    expect(changed).not.toBe(text);
    await access(join(ROOT, each.tests[0]));
  }
  const names = WALL_SWITCHES.map(({ wall, what }) => `${wall}: ${what}`);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
