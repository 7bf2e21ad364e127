import { createHash } from "node:crypto";
import type { JsonObject } from "@skerry/sandbox";
import { pathOf } from "./names.ts";
import { describeSchema } from "./schema.ts";
import type { Service } from "./service.ts";

/** A service in words and JSON, as reports and declarations show it. */
export interface DeclaredService {
  /** As scripts call it, below `ctx.services`. */
  readonly path: string;
  readonly name: string;
  readonly version: number;
  readonly summary: string | undefined;
  readonly permission: string | undefined;
  readonly deprecated: string | undefined;
  readonly rateLimit: Service["rateLimit"];
  readonly timeoutMs: number;
  /** JSON Schema of what scripts give. */
  readonly input: JsonObject;
  /** JSON Schema of what they get. */
  readonly output: JsonObject;
  /** Whether scripts may call it without an argument. */
  readonly takesNothing: boolean;
  /** SHA-256 of both schemas. */
  readonly checksum: Buffer;
}

/** Puts a service into words. */
export function describeService(service: Service): DeclaredService {
  const { name, version, summary, permission, deprecated, rateLimit, timeoutMs } = service;
  const input = describeSchema(service.input, "input");
  const output = describeSchema(service.output, "output");
  const checksum = createHash("sha256")
    .update(JSON.stringify([input, output]))
    .digest();
  const about = { name, version, summary, permission, deprecated, rateLimit, timeoutMs };
  return { path: pathOf(service), ...about, input, output, takesNothing: acceptsNothing(service), checksum };
}

/** Asks the schema itself: JSON Schema has no word for it. One that answers later is taken to want something. */
function acceptsNothing({ input }: Service): boolean {
  try {
    const checked = input["~standard"].validate(undefined);
    return !(checked instanceof Promise) && checked.issues === undefined;
  } catch {
    return false;
  }
}
