import type { HostData } from "@skerry/expressions";
import { parseArguments, UsageError } from "../command.ts";
import { readJsonArgument } from "../arguments/json-argument.ts";

const BRIDGE_NAMES = ["process", "isolated-vm", "quickjs"] as const;

/** Where a template runs. */
export type BridgeName = (typeof BRIDGE_NAMES)[number];

export const EVAL_OPTIONS = {
  data: { type: "string" },
  timezone: { type: "string" },
  bridge: { type: "string", default: "process" },
  json: { type: "boolean", default: false },
} as const;

/** What one command line of `skerry eval` asks for, checked. */
export interface EvalPlan {
  readonly template: string;
  readonly data: HostData;
  readonly timezone: string | undefined;
  readonly bridge: BridgeName;
  readonly printReport: boolean;
}

/** @throws UsageError for anything that cannot be evaluated as asked, unreadable files included. */
export async function readPlan(args: readonly string[]): Promise<EvalPlan> {
  const { values, positionals } = parseArguments(args, EVAL_OPTIONS);
  const [template, extra] = positionals;
  if (template === undefined) throw new UsageError("no TEMPLATE given");
  if (extra !== undefined) {
    throw new UsageError(`one TEMPLATE at a time, in quotes; unexpected ${JSON.stringify(extra)}`);
  }
  return {
    template,
    data: values.data === undefined ? {} : await readData(values.data),
    timezone: values.timezone,
    bridge: readBridge(values.bridge),
    printReport: values.json,
  };
}

async function readData(argument: string): Promise<HostData> {
  const data: unknown = JSON.parse(await readJsonArgument("--data", argument));
  if (typeof data === "object" && data !== null && !Array.isArray(data)) return data as HostData;
  throw new UsageError('--data takes an object of what the template reads by name, e.g. {"$json": {"a": 1}}');
}

function readBridge(text: string): BridgeName {
  const bridge = BRIDGE_NAMES.find((name) => name === text);
  if (bridge !== undefined) return bridge;
  throw new UsageError(`--bridge takes ${BRIDGE_NAMES.join(", ")}, not ${JSON.stringify(text)}`);
}
