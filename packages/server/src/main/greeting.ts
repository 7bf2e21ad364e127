import { DEMO_TENANT } from "./demo-scripts.ts";
import { quoteForShell } from "./shell-text.ts";
import { SKERRY_VERSION } from "./version.ts";

/** An API key as the greeting shows it. */
export interface ShownKey {
  /** Where it is kept, readable by this user alone. */
  readonly file: string;
  /** In clear, only on the start that made it. */
  readonly madeNow: string | undefined;
}

/** What the greeting tells. */
export interface GreetingFacts {
  readonly url: string;
  readonly isolationLevel: string;
  /** Absent when the operator brought a key of their own. */
  readonly operatorKey?: ShownKey | undefined;
  /** Signs in as the demo tenant's admin, once; absent where there is none. */
  readonly signInUrl?: string | undefined;
  /** Signs in as the first superadmin, once; absent where the operator brought a key or made other superadmins. */
  readonly operatorSignInUrl?: string | undefined;
  /** Absent when this installation has no demo tenant of ours. */
  readonly demoKey?: ShownKey | undefined;
}

/** The text on stdout after a start: where the platform is, how safe it is, and commands that can be pasted. */
export function composeGreeting(facts: GreetingFacts): string {
  const { url, isolationLevel, operatorKey, signInUrl, operatorSignInUrl, demoKey } = facts;
  const paragraphs = [`Skerry ${SKERRY_VERSION} is at ${url}\n${describeIsolation(isolationLevel)}`];
  if (operatorKey !== undefined) paragraphs.push(describeKey("Operator key", operatorKey));
  if (signInUrl !== undefined) {
    paragraphs.push(describeLink(`the admin of the tenant "${DEMO_TENANT}"`, signInUrl));
  }
  if (operatorSignInUrl !== undefined) paragraphs.push(describeLink("the operator", operatorSignInUrl));
  if (demoKey !== undefined) {
    paragraphs.push(
      describeKey(`API key of the tenant "${DEMO_TENANT}"`, demoKey),
      describeFirstCalls(url, demoKey),
    );
  }
  return `\n${paragraphs.join("\n\n")}\n\n`;
}

function describeIsolation(level: string): string {
  return level === "full" ? "Isolation: full" : `Isolation: ${level} (skerry doctor tells what is missing)`;
}

function describeKey(title: string, { file, madeNow }: ShownKey): string {
  return madeNow === undefined
    ? `${title}: in ${file}`
    : `${title}: ${madeNow}\n  also in ${file}; it is not shown again`;
}

function describeLink(who: string, url: string): string {
  return `Sign in as ${who}, once and within 15 minutes:\n  ${url}`;
}

function describeFirstCalls(url: string, { file, madeNow }: ShownKey): string {
  const key = madeNow ?? `$(cat ${quoteForShell(file)})`;
  return `Run its one-off script, and call its HTTP script:
  curl -sS -X POST ${url}/api/v1/scripts/count-seals/execute -H "Authorization: Bearer ${key}" -H "Content-Type: application/json" -d '{"input":{"seals":["Ada","Grace"]},"wait":true}'
  curl -sS '${url}/run/${DEMO_TENANT}/ahoy?name=Ada'`;
}
