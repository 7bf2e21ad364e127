import type { Queries } from "../db/tenant-scope.ts";
import { SkerryError } from "../problems/errors.ts";
import { violates } from "../problems/violation.ts";
import type { ScriptSettings } from "../scripts/settings.ts";
import { HTTP_METHODS, shapeOf } from "./path-pattern.ts";
import { deleteRoutes, findTakenRoute, insertRoutes } from "./repository.ts";
import type { RouteOwner } from "./repository.ts";

/** A script whose published version answers requests. */
export interface EndpointScript extends RouteOwner {
  readonly name: string;
  readonly settings: ScriptSettings;
}

/** The path of an endpoint; without a setting the script's name. */
export function pathOf({ name, settings }: Pick<EndpointScript, "name" | "settings">): string {
  return settings.path ?? `/${name}`;
}

/**
 * Makes the script's routes be exactly these, or none when it is undefined, within the transaction that publishes it.
 *
 * @throws SkerryError `ENDPOINT_CONFLICT` that names both scripts.
 */
export async function registerEndpoint(
  queries: Queries,
  owner: RouteOwner,
  script: EndpointScript | undefined,
): Promise<void> {
  await deleteRoutes(queries, owner);
  if (script !== undefined) await addRoutes(queries, script);
}

async function addRoutes(queries: Queries, script: EndpointScript): Promise<void> {
  const path = pathOf(script);
  const shape = shapeOf(path);
  const routes = (script.settings.methods ?? HTTP_METHODS).map((method) => ({ method, shape }));
  const taken = await findTakenRoute(queries, script, routes);
  if (taken !== undefined) {
    throw refuse(`${script.name} cannot answer ${taken.method} ${path}: ${taken.scriptName} does.`);
  }
  try {
    await insertRoutes(queries, script, routes);
  } catch (error) {
    // Another script was published with it since the look above.
    if (!violates(error, "endpoint_routes_pkey")) throw error;
    throw refuse(
      `${script.name} cannot answer ${path}: another script was published with it at the same moment.`,
    );
  }
}

function refuse(message: string): SkerryError {
  return new SkerryError("ENDPOINT_CONFLICT", message);
}
