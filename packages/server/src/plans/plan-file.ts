import { readFile } from "node:fs/promises";
import { z } from "zod";
import { StartError } from "../main/errors.ts";
import { createPlans, planDefinitions } from "./plan.ts";
import type { PlanDefinitions, Plans } from "./plan.ts";

/** Where an installation's plans come from: a JSON file, or the host's own code. */
export type PlanSource = string | PlanDefinitions;

/** The plans of an installation. @throws StartError `CONFIG_INVALID` that names the file, the place and the rule. */
export async function loadPlans(source: PlanSource | undefined): Promise<Plans> {
  if (source === undefined) return createPlans();
  const isFile = typeof source === "string";
  const result = planDefinitions.safeParse(isFile ? await readPlanFile(source) : source);
  if (result.success) return createPlans(result.data);
  const name = isFile ? `of SKERRY_PLANS=${source}` : "given to createSkerry";
  throw new StartError(
    "CONFIG_INVALID",
    `The plans ${name} cannot be used:\n${z.prettifyError(result.error)}`,
  );
}

async function readPlanFile(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError("CONFIG_INVALID", `The plans of SKERRY_PLANS=${path} cannot be read: ${reason}`, {
      cause: error,
    });
  }
}
