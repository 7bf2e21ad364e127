import { describe, expect, test } from "vitest";
import type { HmacAuth } from "../settings.ts";
import { verifySignature } from "./signature.ts";
import { createUsedSignatures } from "./used-signatures.ts";

interface Sample {
  readonly secret: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Seconds since 1970. */
  readonly time: number;
}

/** Made by others than us: by their documentation, and Stripe's by Python's hmac. */
const SAMPLES: Readonly<Record<HmacAuth["scheme"], Sample>> = {
  generic: {
    secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    body: '{"test": 2432232314}',
    headers: {
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    },
    time: 1_614_265_330,
  },
  stripe: {
    secret: "whsec_stripe_secret_0123456789",
    body: '{"id":"evt_1","text":"grüße"}',
    headers: {
      "stripe-signature":
        "t=1700000000,v1=0eff934295e4c5202cb670e171d4e7cd4dc0bd1f82f52283fd887e73df77243b,v0=00",
    },
    time: 1_700_000_000,
  },
  github: {
    secret: "It's a Secret to Everybody",
    body: "Hello, World!",
    headers: {
      "x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
    },
    time: 0,
  },
  slack: {
    secret: "8f742231b10e8888abcd99yyyzzz85a5",
    body:
      "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V" +
      "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=" +
      "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN" +
      "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
    headers: {
      "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
      "x-slack-request-timestamp": "1531420618",
    },
    time: 1_531_420_618,
  },
};

const SCHEMES = Object.keys(SAMPLES) as HmacAuth["scheme"][];

function verify(scheme: HmacAuth["scheme"], change: Partial<Sample> = {}, lateSeconds = 0) {
  const { secret, body, headers, time } = { ...SAMPLES[scheme], ...change };
  const request = { headers: new Headers(headers), body: Buffer.from(body) };
  return verifySignature({ scheme }, secret, request, (time + lateSeconds) * 1_000);
}

describe.each(SCHEMES)("a signature of the scheme %s", (scheme) => {
  const { headers } = SAMPLES[scheme];

  test("passes as others make it", () => {
    expect(verify(scheme)).toMatchObject({ digest: expect.any(Buffer) as Buffer });
  });

  test("does not fit another body, another secret or an empty one", () => {
    for (const change of [{ body: "other" }, { secret: "other" }, { secret: "" }]) {
      expect(verify(scheme, change)).toEqual(expect.stringMatching(/does not fit/));
    }
  });

  test.each(Object.keys(headers))("needs its header %s", (name) => {
    const { [name]: _left, ...rest } = headers;
    expect(verify(scheme, { headers: rest })).toBeTypeOf("string");
    for (const value of ["", "x", "=", ",", "v1,", "v1=,t=", "-1", "1e9", "v0=zz", "sha256="]) {
      expect(verify(scheme, { headers: { ...rest, [name]: value } })).toBeTypeOf("string");
    }
  });

  test("passes within 300 s before and after its time, where it has one", () => {
    for (const late of [-300, 300]) expect(verify(scheme, {}, late)).toBeTypeOf("object");
    for (const late of [-301, 301]) {
      expect(verify(scheme, {}, late)).toEqual(
        scheme === "github" ? expect.any(Object) : expect.stringMatching(/more than 300 s/),
      );
    }
  });
});

test("the time and the id are signed as well", () => {
  const { headers } = SAMPLES.generic;
  for (const [name, value] of [
    ["webhook-timestamp", "1614265331"],
    ["webhook-id", "msg_other"],
  ] as const) {
    expect(verify("generic", { headers: { ...headers, [name]: value } })).toEqual(
      expect.stringMatching(/does not fit/),
    );
  }
});

test("one of several signatures is enough, as while a secret is changed", () => {
  const { headers } = SAMPLES.generic;
  const other = `v1,${Buffer.alloc(32).toString("base64")}`;
  const listed = `${other} ${headers["webhook-signature"]}`;
  expect(verify("generic", { headers: { ...headers, "webhook-signature": listed } })).toBeTypeOf("object");
});

test("a signature is used once for as long as its time lets it pass", () => {
  const used = createUsedSignatures();
  const digest = Buffer.alloc(32, 1);
  expect(used.use("acme", digest, 1_000, 0)).toBe(true);
  expect(used.use("acme", digest, 1_000, 1_000)).toBe(false);
  expect(used.use("globex", digest, 1_000, 0)).toBe(true);
  expect(used.use("acme", Buffer.alloc(32, 2), 9_000, 1_001)).toBe(true);
  expect(used.use("acme", digest, 2_000, 1_001)).toBe(true);
});
