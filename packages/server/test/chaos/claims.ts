import type { Acknowledged, Attempted, Note } from "./journal.ts";

/** What is known of one token. */
export interface Claim {
  readonly attempted: Attempted;
  readonly acknowledged: Acknowledged | undefined;
  readonly isRolledBack: boolean;
}

/** Puts the notes of each token together. */
export function gatherClaims(notes: readonly Note[]): ReadonlyMap<string, Claim> {
  const acknowledgements = new Map<string, Acknowledged>();
  const rolledBack = new Set<string>();
  for (const each of notes) {
    if (each.what === "acknowledged") acknowledgements.set(each.token, each);
    if (each.what === "rolledBack") rolledBack.add(each.token);
  }
  const attempts = notes.filter((each) => each.what === "attempted");
  return new Map(
    attempts.map((attempted) => {
      const { token } = attempted;
      const acknowledged = acknowledgements.get(token);
      return [token, { attempted, acknowledged, isRolledBack: rolledBack.has(token) }];
    }),
  );
}
