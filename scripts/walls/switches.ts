import { ALERT_SWITCHES } from "./switches/alerts.ts";
import { AUDIT_SWITCHES } from "./switches/audit.ts";
import { BRIDGE_ENGINE_SWITCHES } from "./switches/bridge-engines.ts";
import { BRIDGE_SWITCHES } from "./switches/bridges.ts";
import { BROWSER_SWITCHES } from "./switches/browser.ts";
import { CAPABILITY_SWITCHES } from "./switches/capabilities.ts";
import { COMPILE_SWITCHES } from "./switches/compile.ts";
import { CONTEXT_SWITCHES } from "./switches/context.ts";
import { DATABASE_SWITCHES } from "./switches/database.ts";
import { EGRESS_SWITCHES } from "./switches/egress.ts";
import { ENDPOINT_SWITCHES } from "./switches/endpoints.ts";
import { EXECUTION_SWITCHES } from "./switches/executions.ts";
import { ISOLATE_SWITCHES } from "./switches/isolate.ts";
import { JAIL_SWITCHES } from "./switches/jail.ts";
import { PART_SWITCHES } from "./switches/parts.ts";
import { PAGE_SWITCHES } from "./switches/pages.ts";
import { PEOPLE_SWITCHES } from "./switches/people.ts";
import { QUOTA_SWITCHES } from "./switches/quotas.ts";
import { REMOTE_SWITCHES } from "./switches/remote.ts";
import { REST_SWITCHES } from "./switches/rest.ts";
import { SCRIPT_DATABASE_SWITCHES } from "./switches/script-database.ts";
import { SCRIPT_EDITOR_SWITCHES } from "./switches/script-editor.ts";
import { SCRIPT_SWITCHES } from "./switches/scripts.ts";
import { SECRET_SWITCHES } from "./switches/secrets.ts";
import { SERVICE_SWITCHES } from "./switches/services.ts";
import { STORAGE_SWITCHES } from "./switches/storage.ts";
import { SUPERVISOR_SWITCHES } from "./switches/supervisor.ts";
import { TABLE_SWITCHES } from "./switches/tables.ts";
import { TENANT_SWITCHES } from "./switches/tenants.ts";
import { TRIGGER_SWITCHES } from "./switches/triggers.ts";
import type { WallSwitch } from "./wall-switch.ts";

/** Every switch. A wall that is built gets some here; each must be caught. */
export const WALL_SWITCHES: readonly WallSwitch[] = [
  ...ISOLATE_SWITCHES,
  ...BRIDGE_SWITCHES,
  ...BRIDGE_ENGINE_SWITCHES,
  ...TENANT_SWITCHES,
  ...TRIGGER_SWITCHES,
  ...JAIL_SWITCHES,
  ...STORAGE_SWITCHES,
  ...SUPERVISOR_SWITCHES,
  ...CAPABILITY_SWITCHES,
  ...CONTEXT_SWITCHES,
  ...EGRESS_SWITCHES,
  ...DATABASE_SWITCHES,
  ...SCRIPT_DATABASE_SWITCHES,
  ...TABLE_SWITCHES,
  ...REMOTE_SWITCHES,
  ...REST_SWITCHES,
  ...ENDPOINT_SWITCHES,
  ...EXECUTION_SWITCHES,
  ...ALERT_SWITCHES,
  ...PEOPLE_SWITCHES,
  ...AUDIT_SWITCHES,
  ...SECRET_SWITCHES,
  ...QUOTA_SWITCHES,
  ...SCRIPT_SWITCHES,
  ...SCRIPT_EDITOR_SWITCHES,
  ...SERVICE_SWITCHES,
  ...COMPILE_SWITCHES,
  ...BROWSER_SWITCHES,
  ...PART_SWITCHES,
  ...PAGE_SWITCHES,
];
