import assert from "node:assert/strict";
import { readGuestResponse } from "../../endpoints/response.ts";
import {
  type Outcome,
  all,
  describeEnd,
  fails,
  returns,
  returnsSuch,
  returnsText,
  show,
  throws,
} from "../outcome.ts";

/** The cookie must stay with the host that answers: tenants share the domain above it. */
const setsOnlyOwnCookies: Outcome = ({ result }) => {
  assert.ok(result?.status === "completed", describeEnd(result));
  const response = readGuestResponse(result.output);
  assert.ok(typeof response !== "string", `the response is refused: ${show(response)}`);
  const foreign = response.headers.getSetCookie().filter((cookie) => /;\s*domain\s*=/i.test(cookie));
  assert.ok(foreign.length === 0, `sets the cookies ${show(foreign)}`);
};

/** Its calls reached the host, each as one of the tenant whose attack it is. */
const callsAsItself: Outcome = ({ calls }) => {
  const tenants = [...new Set(calls.map(({ tenant }) => tenant))];
  assert.deepEqual(tenants, ["isolation/tenant-keys"], `calls came as ${show(tenants)}`);
};

/** bridge/*, isolation/*, data/*, leak/* and http/*: what crosses is data, and belongs to one tenant and one run. */
export const DATA_OUTCOMES: Readonly<Record<string, Outcome>> = {
  "bridge.primordial-tamper.01": returns("undefined"),
  "bridge.primordial-tamper.02": returns("undefined"),
  "bridge.primordial-tamper.03": returns(null),
  "bridge.primordial-tamper.07": throws(/^TypeError: /),
  "bridge.primordial-tamper.09": returns({ rows: [{ text: "ok" }] }),
  "bridge.primordial-tamper.12": returns("undefined"),
  "bridge.primordial-tamper.15": returns({ __isArray: true, __length: 4_294_967_295, __data: null }),
  "bridge.primordial-tamper.17": returns(null),

  "isolation.cross-run.03": returns(1),
  "isolation.cross-run.04": returns(1),
  "isolation.cross-run.07": returns(1),
  "isolation.cross-run.09": returns(1),
  "isolation.cross-run.12": throws(/^ReferenceError: FinalizationRegistry is not defined$/),
  "isolation.cross-run.13": returns(1),
  "isolation.cross-run.14": returns(true),
  "isolation.cross-run.15": returns(1),

  // The other tenant keeps a value under `k`, this one under `K`.
  "isolation.tenant-keys.03": fails("SCRIPT_ERROR", /^CACHE_KEY_INVALID/),
  "isolation.tenant-keys.06": fails("CAPABILITY_INPUT_INVALID", /\.key\.toString is a function/),
  "isolation.tenant-keys.08": returns(false),
  "isolation.tenant-keys.10": fails("CAPABILITY_INPUT_INVALID"),
  // Only `id` is read of the options; whose the event is comes from the lease.
  "isolation.tenant-keys.11": all(returns(null), callsAsItself),

  "data.prototype-keys.01": returnsText('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"x":1}}}'),
  "data.prototype-keys.02": returnsText('{"__proto__":{"polluted":1}}'),
  "data.prototype-keys.03": returnsText(
    '{"__proto__":{"polluted":1},"hasOwnProperty":1,"toString":1,"valueOf":null}',
  ),
  "data.prototype-keys.05": returns("x"),
  "data.prototype-keys.07": fails("CAPABILITY_INPUT_INVALID"),
  "data.prototype-keys.09": returnsText('[{"__proto__":1,"constructor":2}]'),
  // A function of the guest's own realm, as escape.constructor-chain.16 shows; functions do not cross.
  "data.lazy-proxy.02": fails("OUTPUT_INVALID", /^the value is a function/),
  "data.lazy-proxy.03": returns(null),
  "data.lazy-proxy.04": returns(null),
  "data.lazy-proxy.05": returns(3),
  "data.lazy-proxy.06": returns({}),
  "data.lazy-proxy.09": returns(1),
  "data.lazy-proxy.13": returns(1),
  "data.lazy-proxy.14": returns(7),
  "data.lazy-proxy.16": returns(["2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z"]),
  "data.lazy-proxy.17": returns(true),
  // Each name that is asked for stays in the heap until the next collection.
  "data.lazy-proxy.18": fails(["CPU_LIMIT", "MEMORY_LIMIT"]),
  "data.lazy-proxy.22": returns({ 0: { a: 1 }, 1: { a: 2 }, 2: { a: 3 }, push: null }),
  "data.lazy-proxy.23": returns(6),
  "data.lazy-proxy.24": throws(/^TypeError: Cannot perform 'get' on a proxy that has been revoked$/),

  "leak.side-channel.04": returns(["UTC", "en-US", null, null]),
  "leak.side-channel.08": returns(0),
  "leak.side-channel.09": returnsSuch("a number", Number.isFinite),
  "leak.side-channel.10": returns("undefined,undefined"),

  "http.response.02": throws(/^RESPONSE_INVALID: /),
  "http.response.04": throws(/^RESPONSE_INVALID: /),
  "http.response.11": setsOnlyOwnCookies,
};
