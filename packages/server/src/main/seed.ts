import { z } from "zod";
import type { Platform } from "../platform.ts";
import { DEMO_SCRIPTS, DEMO_TENANT } from "./demo-scripts.ts";

const createdTenant = z.object({ apiKey: z.string() });

const CONFLICT = 409;

/**
 * Makes the demo tenant and its scripts through the platform's own REST routes, so that a first start also
 * proves them.
 *
 * @returns the tenant's API key, or undefined when another node made the tenant in the same moment.
 */
export async function seedDemoTenant(platform: Platform, operatorKey: string): Promise<string | undefined> {
  const answer = await post(platform, "/tenants", operatorKey, { id: DEMO_TENANT, name: "Demo" });
  if (answer.status === CONFLICT) return undefined;
  const { apiKey } = createdTenant.parse(await readCreated(answer));
  for (const script of DEMO_SCRIPTS) await readCreated(await post(platform, "/scripts", apiKey, script));
  return apiKey;
}

function post(platform: Platform, path: string, key: string, body: unknown): Promise<Response> {
  // The host is never dialled: the request goes straight to the platform.
  const request = new Request(`http://localhost/api/v1${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return platform.fetch(request);
}

async function readCreated(answer: Response): Promise<unknown> {
  if (answer.ok) return answer.json();
  throw new Error(`the demo tenant could not be made: ${answer.status} ${await answer.text()}`);
}
