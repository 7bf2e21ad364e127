import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { listConfig } from "../../packages/server/src/config.ts";
import type { Finding } from "./finding.ts";

const DOCKERFILE = "deploy/Dockerfile";
const IGNORE_FILE = ".dockerignore";
const COMPOSE_FILE = "deploy/compose.yaml";
const SECCOMP_FILE = "deploy/seccomp.json";
const UNIT_FILE = "deploy/systemd/skerry.service";
const ENVIRONMENT_FILE = "deploy/skerry.env.example";

/** Without these no runner is locked in. */
const JAIL_CALLS = ["unshare", "mount", "umount2", "pivot_root", "clone", "prlimit64", "prctl"];

/** What reaches into other processes or the kernel itself, and neither Node nor PostgreSQL asks for. */
const FORBIDDEN_CALLS = [
  "add_key bpf delete_module finit_module init_module io_uring_setup iopl kexec_load keyctl modify_ldt",
  "open_by_handle_at perf_event_open process_vm_readv process_vm_writev ptrace reboot request_key setns swapon",
  "userfaultfd",
].flatMap((names) => names.split(" "));

/** What takes user namespaces or a /proc of their own from runners, or code made at run time from V8. */
const BREAKING_SETTINGS =
  /^(RestrictNamespaces|ProtectKernelTunables|ProtectKernelLogs|ProtectProc|ProcSubset|MemoryDenyWriteExecute)=/;

/**
 * Tells whether what `deploy/` holds fits the repository: files that the image is made of, variables that Skerry reads,
 * and hardening that leaves runners their walls.
 */
export async function checkDeploy(root: string): Promise<Finding[]> {
  const read = (file: string): Promise<string> => readFile(join(root, file), "utf8");
  const variables = new Set(listConfig({}).map(({ name }) => name));
  return [
    ...checkDockerfile(root, await read(DOCKERFILE), await read(IGNORE_FILE), await read("package.json")),
    ...checkCompose(root, await read(COMPOSE_FILE), variables),
    ...checkSeccomp(await read(SECCOMP_FILE)),
    ...checkUnit(await read(UNIT_FILE), variables),
    ...checkEnvironment(await read(ENVIRONMENT_FILE), variables),
  ];
}

function checkDockerfile(root: string, text: string, ignored: string, manifest: string): Finding[] {
  const allowed = ignored.split("\n").flatMap((line) => (line.startsWith("!") ? [line.slice(1)] : []));
  const findings: Finding[] = [];
  const copied = new Set<string>();
  for (const [index, line] of text.split("\n").entries()) {
    const words = line.split(/\s+/);
    if (words[0] !== "COPY" || words.some((word) => word.startsWith("--from"))) continue;
    for (const source of words.slice(1, -1)) {
      copied.add(source);
      const place = { file: DOCKERFILE, line: index + 1 };
      if (!existsSync(join(root, source))) findings.push({ ...place, message: `there is no ${source}` });
      const isAllowed = allowed.some((path) => source === path || source.startsWith(`${path}/`));
      if (!isAllowed) findings.push({ ...place, message: `${IGNORE_FILE} keeps ${source} from the image` });
    }
  }
  const missing = listManifests(manifest).filter((file) => !copied.has(file));
  return [...findings, ...missing.map((file) => ({ file: DOCKERFILE, message: `npm ci needs ${file}` }))];
}

/** What npm compares with the lock file. */
function listManifests(manifest: string): string[] {
  const { workspaces } = JSON.parse(manifest) as { readonly workspaces: readonly string[] };
  return ["package.json", "package-lock.json", ...workspaces.map((folder) => `${folder}/package.json`)];
}

interface ComposeService {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly environment?: Readonly<Record<string, string>>;
  readonly privileged?: boolean;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly volumes?: readonly string[];
}

function checkCompose(root: string, text: string, variables: ReadonlySet<string>): Finding[] {
  const { services } = parse(text, { merge: true }) as {
    readonly services: Readonly<Record<string, ComposeService>>;
  };
  const folder = join(root, dirname(COMPOSE_FILE));
  return Object.entries(services).flatMap(([name, service]) => {
    const { build, environment = {}, privileged, read_only, cap_drop, security_opt = [] } = service;
    const messages: string[] = [];
    if (privileged === true || read_only !== true || cap_drop?.includes("ALL") !== true) {
      messages.push("must be read_only, with all capabilities dropped, and not privileged");
    }
    if (!security_opt.includes("no-new-privileges:true")) messages.push("must have no-new-privileges:true");
    const files = [
      ...security_opt.flatMap((option) => /^seccomp=(.+)$/.exec(option)?.[1] ?? []),
      ...(service.volumes ?? []).flatMap((volume) => /^(\.[^:]*):/.exec(volume)?.[1] ?? []),
      ...(build === undefined ? [] : [join(build.context, build.dockerfile)]),
    ];
    for (const file of files) {
      if (!existsSync(join(folder, file))) messages.push(`there is no ${file}`);
    }
    if (build !== undefined) messages.push(...listUnknown(Object.keys(environment), variables));
    return messages.map((message) => ({ file: COMPOSE_FILE, message: `${name}: ${message}` }));
  });
}

interface SeccompProfile {
  readonly defaultAction: string;
  readonly syscalls: readonly { readonly names: readonly string[]; readonly action: string }[];
}

function checkSeccomp(text: string): Finding[] {
  const { defaultAction, syscalls } = JSON.parse(text) as SeccompProfile;
  const allowed = new Set(
    syscalls.flatMap(({ names, action }) => (action === "SCMP_ACT_ALLOW" ? names : [])),
  );
  const messages = [
    ...(defaultAction === "SCMP_ACT_ERRNO" ? [] : ["must refuse what it does not name"]),
    ...JAIL_CALLS.filter((name) => !allowed.has(name)).map((name) => `runners need ${name}`),
    ...FORBIDDEN_CALLS.filter((name) => allowed.has(name)).map((name) => `must not allow ${name}`),
  ];
  return messages.map((message) => ({ file: SECCOMP_FILE, message }));
}

function checkUnit(text: string, variables: ReadonlySet<string>): Finding[] {
  const lines = text.split("\n");
  const names = lines
    .filter((line) => line.startsWith("Environment="))
    .flatMap((line) => [...line.matchAll(/[= ]([A-Z_]+)=/g)].map(([, name = ""]) => name));
  const messages = [
    ...lines
      .filter((line) => BREAKING_SETTINGS.test(line))
      .map((line) => `takes a wall from runners: ${line}`),
    ...(lines.includes("KillMode=mixed")
      ? []
      : ["must have KillMode=mixed: the node stops its database itself"]),
    ...listUnknown(names, variables),
  ];
  return messages.map((message) => ({ file: UNIT_FILE, message }));
}

function checkEnvironment(text: string, variables: ReadonlySet<string>): Finding[] {
  const names = [...text.matchAll(/^#? ?([A-Z][A-Z0-9_]+)=/gm)].map(([, name = ""]) => name);
  return listUnknown(names, variables).map((message) => ({ file: ENVIRONMENT_FILE, message }));
}

function listUnknown(names: readonly string[], variables: ReadonlySet<string>): string[] {
  return names.filter((name) => !variables.has(name)).map((name) => `Skerry reads no variable ${name}`);
}
