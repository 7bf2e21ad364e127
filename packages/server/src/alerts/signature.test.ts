import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { signMessage } from "./signature.ts";

test("signs as the example of Standard Webhooks does", () => {
  const message = {
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    timestamp: 1_614_265_330,
    body: '{"test": 2432232314}',
  };
  expect(signMessage("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", message)).toBe(
    "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  );
});

test("takes any other secret as the key itself", () => {
  const expected = createHmac("sha256", "geheim, aber länger").update("a.7.{}").digest("base64");
  expect(signMessage("geheim, aber länger", { id: "a", timestamp: 7, body: "{}" })).toBe(`v1,${expected}`);
});
