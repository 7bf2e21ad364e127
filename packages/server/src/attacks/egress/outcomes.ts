import assert from "node:assert/strict";
import { assertNone } from "../invariants.ts";
import { type Observation, describeEnd } from "../outcome.ts";
import type { SeenRequest } from "./internet.ts";

/** What came of one run of an attack on the egress guard. */
export interface EgressObservation extends Observation {
  /** TCP connections that this process began, to whatever address. */
  readonly connects: number;
  /** What reached the server that may be reached. */
  readonly seen: readonly SeenRequest[];
}

/** Asserts that an attack on the egress guard ended as it has to. */
export type EgressOutcome = (observation: EgressObservation) => void;

/** The codes that say no before anything is sent. */
const REFUSALS: ReadonlySet<string> = new Set([
  "HTTP_URL_INVALID",
  "HTTP_DESTINATION_REFUSED",
  "HTTP_HEADER_REFUSED",
  "HTTP_METHOD_REFUSED",
]);
const SECRET_HEADERS = ["authorization", "cookie", "x-api-key"];

/** The call was rejected inside the guest: by the capability, by its schema or by the guest's own `fetch`. */
function assertRejected(result: Observation["result"]): void {
  const code = result?.status === "failed" ? result.error.code : undefined;
  assert.ok(code === "SCRIPT_ERROR" || code === "CAPABILITY_INPUT_INVALID", describeEnd(result));
}

/** Refused by whoever looks at it first, after so many allowed hops; no other connection is begun. */
function isRefusedAfter(hops: number): EgressOutcome {
  return ({ result, calls, connects, seen }) => {
    assertRejected(result);
    const reasons = calls.map(({ refusal }) => refusal ?? "an answer");
    assertNone(
      reasons.filter((reason) => !REFUSALS.has(reason)),
      "the capability ended with",
    );
    assert.ok(connects === hops, `${connects} connections were begun, ${hops} are allowed`);
    assert.ok(seen.length === hops, `${seen.length} requests were received, ${hops} are allowed`);
  };
}

const losesSecretsOnTheWay: EgressOutcome = ({ result, seen }) => {
  assert.ok(result?.status === "completed", describeEnd(result));
  const [, second] = seen;
  assert.ok(second?.host === "evil.test", "the redirect was not followed");
  const kept = SECRET_HEADERS.filter((name) => second.headers[name] !== undefined);
  assertNone(kept, "the other site was sent");
};

const opensNoTunnel: EgressOutcome = ({ seen }) => {
  assert.ok(!seen.some(({ method }) => method === "CONNECT"), "CONNECT was sent");
};

/** `fetch` has no such option and leaves it out; a raw call with it is refused. */
const sendsNoUpgrade: EgressOutcome = ({ seen }) => {
  const injected = seen.flatMap(({ headers }) =>
    Object.keys(headers).filter((name) => name === "upgrade" || name === "x-injected"),
  );
  assertNone(injected, "the server was sent");
};

const isCapped: EgressOutcome = ({ result, calls }) => {
  assertRejected(result);
  const reasons = calls.map(({ refusal }) => refusal ?? "an answer").join(", ");
  assert.ok(reasons === "HTTP_RESPONSE_LIMIT", `the capability ended with ${reasons}`);
};

/** Those whose first hop may be reached; every other attack ends unconnected. */
const OUTCOMES: ReadonlyMap<string, EgressOutcome> = new Map([
  ...["01", "03", "04", "05"].map((number): [string, EgressOutcome] => [
    `ssrf.redirect-rebind.${number}`,
    isRefusedAfter(1),
  ]),
  ["ssrf.redirect-rebind.07", losesSecretsOnTheWay],
  ["ssrf.request-shape.09", opensNoTunnel],
  ["ssrf.request-shape.12", isCapped],
  ["ssrf.request-shape.14", isCapped],
]);
const FETCH_OUTCOMES: ReadonlyMap<string, EgressOutcome> = new Map([
  ["ssrf.request-shape.07", sendsNoUpgrade],
]);

/** How an attack has to end that goes through the runtime's `fetch`. */
export function fetchOutcomeOf(id: string): EgressOutcome {
  return FETCH_OUTCOMES.get(id) ?? rawOutcomeOf(id);
}

/** How an attack has to end that calls the capability itself. */
export function rawOutcomeOf(id: string): EgressOutcome {
  return OUTCOMES.get(id) ?? isRefusedAfter(0);
}
