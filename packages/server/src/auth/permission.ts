/** What a principal may be allowed to do within one tenant, and what it is good for. API keys call these scopes. */
export const PERMISSIONS = {
  "scripts.read": "See scripts, their versions and drafts.",
  "scripts.create": "Make scripts.",
  "scripts.update": "Change, publish and roll back scripts.",
  "scripts.delete": "Delete scripts.",
  "scripts.execute": "Run, call, cancel and replay.",
  "executions.read": "See executions with their inputs, outputs and logs.",
  "secrets.read": "See which secrets there are; nobody sees their values.",
  "secrets.update": "Set secrets.",
  "secrets.delete": "Delete secrets.",
  "events.read": "See events and dead letters.",
  "events.publish": "Publish events.",
  "events.replay": "Replay and delete dead letters.",
  "audit.read": "See the audit log.",
  "usage.read": "See limits, quotas and what is used of them.",
  "tenant.admin": "Manage users, API keys and the tenant's settings; export and import everything.",
} as const satisfies Record<string, string>;

export type Permission = keyof typeof PERMISSIONS;

export const ALL_PERMISSIONS = Object.keys(PERMISSIONS) as readonly Permission[] as readonly [
  Permission,
  ...Permission[],
];

/** Those permissions among names that may be older or newer than this version's list, or made up. */
export function readPermissions(names: readonly string[]): ReadonlySet<Permission> {
  return new Set(names.filter((name): name is Permission => Object.hasOwn(PERMISSIONS, name)));
}

const VIEWER = ["scripts.read", "executions.read", "secrets.read", "events.read", "usage.read"] as const;
const DEVELOPER = [
  ...VIEWER,
  "scripts.create",
  "scripts.update",
  "scripts.delete",
  "scripts.execute",
  "secrets.update",
  "secrets.delete",
  "events.publish",
  "events.replay",
] as const;

/** What users of each role may do. A superadmin belongs to the installation and acts on every tenant. */
export const ROLE_PERMISSIONS = {
  superadmin: ALL_PERMISSIONS,
  admin: ALL_PERMISSIONS,
  developer: DEVELOPER,
  viewer: VIEWER,
} as const satisfies Record<string, readonly Permission[]>;

export type Role = keyof typeof ROLE_PERMISSIONS;
