import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dataCases } from "./conformance/data.ts";
import { errorCases } from "./conformance/errors.ts";
import { functionCases } from "./conformance/functions.ts";
import { intlCases } from "./conformance/intl.ts";
import { lifecycleCases } from "./conformance/lifecycle.ts";
import { limitCases } from "./conformance/limits.ts";
import { realmCases } from "./conformance/realm.ts";
import { strangeDataCases } from "./conformance/strange-data.ts";
import { type BridgeCase, type BridgeTraits, type CreateBridge, Subject } from "./conformance/subject.ts";
import { valueCases } from "./conformance/values.ts";

/** Everything that each bridge promises, by subject. */
export const BRIDGE_CASES: Readonly<Record<string, readonly BridgeCase[]>> = {
  values: valueCases,
  data: dataCases,
  "strange data": strangeDataCases,
  "host functions": functionCases,
  errors: errorCases,
  limits: limitCases,
  realm: realmCases,
  Intl: intlCases,
  lifecycle: lifecycleCases,
};

/** Runs all of {@link BRIDGE_CASES} against one bridge: the one call in the test file of each. */
export function describeBridge(name: string, create: CreateBridge, traits: BridgeTraits = {}): void {
  describe(`${name} as every bridge`, () => {
    let subject: Subject;
    beforeAll(async () => {
      subject = new Subject(create, traits);
      await subject.bridge.initialize();
    });
    afterAll(() => subject.bridge.dispose());

    describe.each(Object.entries(BRIDGE_CASES))("%s", (_, cases) => {
      const kept = cases.filter(({ unless }) => !unless || !traits[unless]);
      test.each(kept)("$title", async ({ run }) => {
        await run(subject);
        expect.hasAssertions();
      });
    });
  });
}
