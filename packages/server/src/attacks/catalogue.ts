import catalogue from "./attacks.json" with { type: "json" };

/** One entry of `attacks.json`. */
export interface Attack {
  /** Stable; begins with the class, e.g. `limit.cpu.04`. */
  readonly id: string;
  /** Group and kind, e.g. `limit/cpu`. */
  readonly class: string;
  /** What the attacker writes: mostly the body of an async function. The group says how it is run. */
  readonly code: string;
  /** What has to come of it, in words. */
  readonly must: string;
}

/** How an attack is run. */
export type AttackKind = "script" | "database" | "egress" | "expression" | "jail";

/** The whole catalogue, in the order in which it runs. */
export const ATTACKS: readonly Attack[] = catalogue.attacks;

const KINDS: ReadonlyMap<string, AttackKind> = new Map([
  ["ssrf", "egress"],
  ["expr", "expression"],
  ["inject", "expression"],
  ["jail", "jail"],
]);

/** Most attacks are scripts of a tenant. */
export function kindOf({ class: name, code }: Attack): AttackKind {
  return KINDS.get(groupOf(name)) ?? (code.includes("host.db.") ? "database" : "script");
}

/** The tenant that attacks on the database call their own. They call the one that is attacked `other`. */
const OWN_TENANT = "me";

/** The tenant whose script an attack is: each class has one of its own, but where a database knows the tenants. */
export function attackerOf(attack: Attack): string {
  return kindOf(attack) === "database" ? OWN_TENANT : attack.class;
}

/** `ssrf` of `ssrf/hostname`. */
export function groupOf(className: string): string {
  return className.slice(0, className.indexOf("/"));
}

/**
 * The attacks whose class or id begins with one of the prefixes, in the order of the catalogue.
 *
 * @throws RangeError for a prefix with which no class and no id begins.
 */
export function selectAttacks(prefixes: readonly string[]): readonly Attack[] {
  const unknown = prefixes.find((prefix) => !ATTACKS.some((attack) => beginsWith(attack, prefix)));
  if (unknown !== undefined) {
    const groups = [...new Set(ATTACKS.map((attack) => groupOf(attack.class)))].sort();
    throw new RangeError(
      `no class or id begins with ${JSON.stringify(unknown)}; the groups are ${groups.join(", ")}`,
    );
  }
  return ATTACKS.filter((attack) => prefixes.some((prefix) => beginsWith(attack, prefix)));
}

function beginsWith(attack: Attack, prefix: string): boolean {
  return prefix !== "" && (attack.class.startsWith(prefix) || attack.id.startsWith(prefix));
}
