import {
  type Capability,
  type CapabilityCall,
  CapabilityError,
  type CapabilityReply,
} from "../capability.ts";
import type { CapabilityTable } from "../execution.ts";
import { MAX_JSON_DEPTH } from "../guest/encode.ts";
import { isDeeperThan } from "./json-depth.ts";

const DEFAULT_MAX_INPUT_BYTES = 1024 * 1024;
const MAX_ISSUES_TOLD = 5;

/** A call as it came from the runner: nothing of it is checked yet. */
export interface RawCall {
  readonly name: string;
  readonly args: Buffer;
  readonly body: Buffer | undefined;
}

/**
 * Checks and runs one capability call: name in the table, size, JSON, schema, then the handler.
 *
 * @throws CapabilityError for what the guest may know. Anything else is a failure of the host.
 */
export async function dispatchCall(
  table: CapabilityTable,
  raw: RawCall,
  context: Omit<CapabilityCall, "body">,
): Promise<CapabilityReply> {
  const capability = table.get(raw.name);
  if (!capability) {
    throw new CapabilityError(
      "CAPABILITY_UNKNOWN",
      `there is no capability named ${JSON.stringify(raw.name.slice(0, 100))}`,
    );
  }
  checkSize(capability, raw);
  const input = await parseInput(capability, raw.args);
  return capability.handle(input, { ...context, body: raw.body });
}

function checkSize(
  { name, maxInputBytes = DEFAULT_MAX_INPUT_BYTES }: Capability,
  { args, body }: RawCall,
): void {
  const bytes = args.byteLength + (body?.byteLength ?? 0);
  if (bytes <= maxInputBytes) return;
  throw new CapabilityError(
    "CAPABILITY_INPUT_LIMIT",
    `${name} got ${bytes} bytes, at most ${maxInputBytes} are allowed`,
  );
}

async function parseInput(capability: Capability, args: Buffer): Promise<unknown> {
  if (isDeeperThan(args, MAX_JSON_DEPTH)) {
    throw new CapabilityError(
      "CAPABILITY_INPUT_LIMIT",
      `${capability.name}: the arguments are nested deeper than ${MAX_JSON_DEPTH} levels`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(args.toString());
  } catch {
    throw new CapabilityError("CAPABILITY_INPUT_INVALID", `${capability.name}: the arguments are not JSON`);
  }
  const checked = await capability.input["~standard"].validate(value);
  if (!checked.issues) return checked.value;
  const told = checked.issues.slice(0, MAX_ISSUES_TOLD).map(({ message, path }) => {
    const keys = path?.map((step) => String(typeof step === "object" ? step.key : step)) ?? [];
    return keys.length > 0 ? `${keys.join(".")}: ${message}` : message;
  });
  throw new CapabilityError("CAPABILITY_INPUT_INVALID", `${capability.name}: ${told.join("; ")}`);
}
