import { join } from "node:path";
import type { Config } from "../config.ts";
import { linkTo } from "../rest/site-address.ts";
import { createDemoAdminLink } from "./demo-admin.ts";
import { DEMO_TENANT } from "./demo-scripts.ts";
import { composeGreeting } from "./greeting.ts";
import type { ShownKey } from "./greeting.ts";
import { readKeyFile, writeKeyFile } from "./key-file.ts";
import type { OperatorKey } from "./operator-key.ts";
import { seedDemoTenant } from "./seed.ts";
import type { RunningServer } from "./server.ts";
import { createSuperadminLink } from "./superadmin.ts";

/**
 * Makes the demo tenant when the database has no tenant yet or an unfinished one of ours, and answers the greeting to
 * print. A worker node leaves that to the others.
 */
export async function prepareFirstUse(server: RunningServer, config: Config): Promise<string> {
  const { url, assembly, operatorKey } = server;
  const facts = { url, isolationLevel: assembly.pool.isolation.level };
  if (config.role === "worker") return composeGreeting(facts);
  return composeGreeting({
    ...facts,
    operatorKey: showOperatorKey(operatorKey),
    demoKey: await ensureDemoKey(server, config),
    signInUrl: await createDemoLink(server),
    operatorSignInUrl: await createOperatorLink(server),
  });
}

async function ensureDemoKey(
  { url, assembly, operatorKey }: RunningServer,
  config: Config,
): Promise<ShownKey | undefined> {
  const file = join(config.dataDir, "demo.key");
  const made = await seedDemoTenant(assembly.platform, {
    operatorKey: operatorKey.key,
    url,
    keepKey: (key) => writeKeyFile(file, key),
  });
  if (made !== undefined) return { file, madeNow: made };
  return (await readKeyFile(file)) === undefined ? undefined : { file, madeNow: undefined };
}

async function createDemoLink({ url, assembly }: RunningServer): Promise<string | undefined> {
  const link = await createDemoAdminLink(assembly.platform.services.users);
  if (link === undefined) return undefined;
  const address = new URL(link.url, url);
  address.searchParams.set("to", linkTo(assembly.platform.site, `/t/${DEMO_TENANT}/scripts?tour=1`));
  return address.href;
}

/** Whoever brought a key of their own makes superadmins with it; nothing that lets them in is printed then. */
async function createOperatorLink({
  url,
  assembly,
  operatorKey,
}: RunningServer): Promise<string | undefined> {
  if (operatorKey.kept === undefined) return undefined;
  const link = await createSuperadminLink(assembly.platform.services.users);
  return link && new URL(link.url, url).href;
}

function showOperatorKey({ key, kept }: OperatorKey): ShownKey | undefined {
  return kept === undefined ? undefined : { file: kept.file, madeNow: kept.madeNow ? key : undefined };
}
