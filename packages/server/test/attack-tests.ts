import { expect, test } from "vitest";
import type { Attack } from "../src/attacks/catalogue.ts";
import type { AttackSuite } from "../src/attacks/suite.ts";

/** More than the limits of any attack, for machines that are busy. */
const TIMEOUT_MS = 60_000;

/** One test per attack. One that this machine cannot show is skipped, and the output says so. */
export function testAttacks(suite: AttackSuite, attacks: readonly Attack[]): void {
  test.for(attacks)("$id", { timeout: TIMEOUT_MS }, async (attack, { skip }) => {
    const { verdict, detail } = await suite.run(attack);
    if (verdict === "not-shown") {
      const note = `NOT SHOWN: ${attack.id} needs ${detail}`;
      process.stderr.write(`${note}\n`);
      skip(note);
    }
    expect(verdict, `${attack.must}; ${detail}`).toBe("contained");
  });
}
