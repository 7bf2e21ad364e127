import { AUDIT_SWITCHES } from "./switches/audit.ts";
import { BRIDGE_ENGINE_SWITCHES } from "./switches/bridge-engines.ts";
import { BRIDGE_SWITCHES } from "./switches/bridges.ts";
import { CAPABILITY_SWITCHES } from "./switches/capabilities.ts";
import { COMPILE_SWITCHES } from "./switches/compile.ts";
import { DATABASE_SWITCHES } from "./switches/database.ts";
import { EGRESS_SWITCHES } from "./switches/egress.ts";
import { ENDPOINT_SWITCHES } from "./switches/endpoints.ts";
import { ISOLATE_SWITCHES } from "./switches/isolate.ts";
import { JAIL_SWITCHES } from "./switches/jail.ts";
import { PEOPLE_SWITCHES } from "./switches/people.ts";
import { QUOTA_SWITCHES } from "./switches/quotas.ts";
import { REST_SWITCHES } from "./switches/rest.ts";
import { SCRIPT_SWITCHES } from "./switches/scripts.ts";
import { SECRET_SWITCHES } from "./switches/secrets.ts";
import { SUPERVISOR_SWITCHES } from "./switches/supervisor.ts";
import { TENANT_SWITCHES } from "./switches/tenants.ts";
import type { WallSwitch } from "./wall-switch.ts";

/** Every switch. A wall that is built gets some here; each must be caught. */
export const WALL_SWITCHES: readonly WallSwitch[] = [
  ...ISOLATE_SWITCHES,
  ...BRIDGE_SWITCHES,
  ...BRIDGE_ENGINE_SWITCHES,
  ...TENANT_SWITCHES,
  ...JAIL_SWITCHES,
  ...SUPERVISOR_SWITCHES,
  ...CAPABILITY_SWITCHES,
  ...EGRESS_SWITCHES,
  ...DATABASE_SWITCHES,
  ...REST_SWITCHES,
  ...ENDPOINT_SWITCHES,
  ...PEOPLE_SWITCHES,
  ...AUDIT_SWITCHES,
  ...SECRET_SWITCHES,
  ...QUOTA_SWITCHES,
  ...SCRIPT_SWITCHES,
  ...COMPILE_SWITCHES,
];
