import { objectFreeze } from "../primordials.ts";

/** Freezes once, in the snapshot, what would otherwise be frozen for every execution. */
export function freezeNamespace<Namespace extends object>(namespace: Namespace): Namespace {
  for (const member of Object.values(namespace)) objectFreeze(member);
  return objectFreeze(namespace);
}
