import { describe, expect, test } from "vitest";
import { compileScript, holdCompiler } from "./compile.ts";
import { createCompileTurns } from "./compile-turns.ts";
import type { CompileTurns } from "./compile-turns.ts";

const MAX_PLACES = 16;

/** Works that note when they begin, and none of which ends before `open` is called. */
function createWorks(turns: CompileTurns) {
  const begun: string[] = [];
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();

  async function compile(tenantId: string | undefined, name: string): Promise<string> {
    using place = turns.enter(tenantId);
    return await place.take(async () => {
      begun.push(name);
      await opened;
      return name;
    });
  }

  return { begun, open, compile };
}

test("whoever lets go of the compiler last ends nothing that begins just then", async () => {
  const letGo = holdCompiler()[Symbol.asyncDispose]();
  const script = { fileName: "a.js", source: "export default () => 1;", language: "js" } as const;
  await expect(compileScript(script)).resolves.toHaveProperty("code");
  await letGo;
  await holdCompiler()[Symbol.asyncDispose]();
});

describe("turns at the compiler", () => {
  test("one tenant's many sources hold up another's by one of them", async () => {
    const { begun, open, compile } = createWorks(createCompileTurns());
    const hostile = ["a1", "a2", "a3", "a4"].map((name) => compile("a", name));
    const honest = [compile("b", "b1"), compile("b", "b2"), compile("c", "c1")];

    expect(begun).toEqual(["a1"]);
    open();

    await expect(Promise.all([...hostile, ...honest])).resolves.toHaveLength(7);
    expect(begun).toEqual(["a1", "a2", "b1", "c1", "a3", "b2", "a4"]);
  });

  test("a source that takes a second turn lets others have theirs first", async () => {
    const turns = createCompileTurns();
    const begun: string[] = [];
    const note = (name: string) => () => Promise.resolve(void begun.push(name));
    async function compileTwice(tenantId: string): Promise<void> {
      using place = turns.enter(tenantId);
      await place.take(note(`${tenantId}1`));
      await place.take(note(`${tenantId}2`));
    }

    await Promise.all([compileTwice("a"), compileTwice("b"), compileTwice("c")]);
    expect(begun).toEqual(["a1", "b1", "c1", "a2", "b2", "c2"]);
  });

  test("a tenant that has enough of them is told to come again, another is not", async () => {
    const turns = createCompileTurns();
    const { open, compile } = createWorks(turns);
    const taken = Array.from({ length: MAX_PLACES }, (_, index) => compile("a", `a${index}`));

    expect(() => turns.enter("a")).toThrow(
      expect.objectContaining({
        code: "CONCURRENCY_LIMIT",
        message: expect.stringContaining("16 sources of the tenant a"),
        headers: { "retry-after": "3" },
      }),
    );
    const others = [compile("b", "b"), compile(undefined, "ours")];
    open();

    await expect(Promise.all([...taken, ...others])).resolves.toHaveLength(MAX_PLACES + 2);
    await expect(compile("a", "again")).resolves.toBe("again");
  });

  test("a work that fails leaves its place to others", async () => {
    const turns = createCompileTurns();
    const failing = Array.from({ length: MAX_PLACES }, async () => {
      using place = turns.enter("a");
      await place.take(() => Promise.reject(new Error("does not compile")));
    });
    const settled = await Promise.allSettled(failing);

    expect(settled.map(({ status }) => status)).toEqual(Array(MAX_PLACES).fill("rejected"));
    expect(() => turns.enter("a")).not.toThrow();
  });
});
