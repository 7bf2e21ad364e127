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
  try {
    for (const script of DEMO_SCRIPTS) await readCreated(await post(platform, "/scripts", apiKey, script));
  } catch (error) {
    // Half a demo would never be completed: the next start would find a tenant and leave it alone.
    await platform.fetch(createRequest("DELETE", `/tenants/${DEMO_TENANT}`, operatorKey));
    throw error;
  }
  return apiKey;
}

function post(platform: Platform, path: string, key: string, body: unknown): Promise<Response> {
  return platform.fetch(createRequest("POST", path, key, JSON.stringify(body)));
}

/** The host in the address is never dialled: the request goes straight to the platform. */
function createRequest(method: string, path: string, key: string, body: string | null = null): Request {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  return new Request(`http://localhost/api/v1${path}`, { method, headers, body });
}

async function readCreated(answer: Response): Promise<unknown> {
  if (answer.ok) return answer.json();
  throw new Error(`the demo tenant could not be made: ${answer.status} ${await answer.text()}`);
}
