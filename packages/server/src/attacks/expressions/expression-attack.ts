import assert from "node:assert/strict";
import { inspect } from "node:util";
import { type Attack, groupOf } from "../catalogue.ts";
import { snapshotHost } from "../host-state.ts";
import { assertHostUnchanged, assertNoHostTraces, assertRealm } from "../invariants.ts";
import { GRACE_MS } from "../limits.ts";
import { EXPRESSION_TIMEOUT_MS, type ExpressionArena, type ExpressionEnd } from "./expression-arena.ts";
import { compileNaively } from "./naive-compilers.ts";
import { expressionOutcomeOf } from "./outcomes.ts";

/**
 * Runs everything that careless compilers make of an attack, and what the evaluator makes of it.
 *
 * @throws AssertionError saying what happened when one of it is not contained.
 */
export async function runExpressionAttack(attack: Attack, arena: ExpressionArena): Promise<void> {
  await runNaively(attack, arena);
  await runByEvaluator(attack, arena);
}

async function runByEvaluator({ class: name, code }: Attack, arena: ExpressionArena): Promise<void> {
  const clean = await arena.probeEvaluator();
  const host = snapshotHost();
  const startedAt = performance.now();
  const end = await arena.evaluate(groupOf(name) === "inject" ? `{{ ${code} }}` : code);
  const durationMs = Math.round(performance.now() - startedAt);
  assert.ok(durationMs < EXPRESSION_TIMEOUT_MS + GRACE_MS, `the evaluator ran for ${durationMs} ms`);
  assertNoHostTraces(describeFully(end));
  assertHostUnchanged(host);
  assert.equal(await arena.probeEvaluator(), clean, "the evaluator's realm for the next expression");
}

async function runNaively(attack: Attack, arena: ExpressionArena): Promise<void> {
  for (const { place, body } of compileNaively(attack)) {
    const host = snapshotHost();
    const startedAt = performance.now();
    const end = await arena.run(body);
    const durationMs = Math.round(performance.now() - startedAt);

    expressionOutcomeOf(attack, place)(end);
    assert.ok(durationMs < EXPRESSION_TIMEOUT_MS + GRACE_MS, `it ran for ${durationMs} ms`);
    assertNoHostTraces(describeFully(end));
    assertHostUnchanged(host);
    assertRealm(await arena.probe(), arena.cleanRealm, "the realm of the next execution");
  }
}

/** What the host got: a value with all that hangs on it, or what it is told of an error. Its stack is the host's own. */
function describeFully(end: ExpressionEnd): string {
  if ("error" in end) return `${end.error.guestName}: ${end.error.message}`;
  return inspect(end.value, {
    depth: Infinity,
    showHidden: true,
    maxStringLength: null,
    maxArrayLength: null,
  });
}
