import { expect, test } from "vitest";
import { shareWork } from "./shared-work.ts";

test("work is done once at a time for each key, and again for those who ask while it runs", async () => {
  const begun: string[] = [];
  const gates: PromiseWithResolvers<string>[] = [];
  const share = shareWork((key) => {
    begun.push(key);
    const gate = Promise.withResolvers<string>();
    gates.push(gate);
    return gate.promise;
  });

  const first = share("a");
  const later = [share("a"), share("a")];
  const other = share("b");
  expect(begun).toEqual(["a", "b"]);
  gates[0]?.reject(new Error("lost"));
  gates[1]?.resolve("other");
  await expect(first).rejects.toThrow("lost");
  expect(await other).toBe("other");

  await expect.poll(() => begun).toEqual(["a", "b", "a"]);
  const last = share("a");
  gates[2]?.resolve("second");
  expect(await Promise.all(later)).toEqual(["second", "second"]);
  await expect.poll(() => begun).toHaveLength(4);
  gates[3]?.resolve("third");
  expect(await last).toBe("third");
  void share("a");
  expect(begun).toHaveLength(5);
});
