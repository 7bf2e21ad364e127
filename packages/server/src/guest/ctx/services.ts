import { call, GuestError, log } from "@skerry/sandbox/guest";
import { objectDefineProperty, objectFreeze, ownValue } from "../primordials.ts";

/** What the host put before the bundle, for each of its services. */
interface HostService {
  /** `orders.refund` */
  readonly path: string;
  /** What to use instead. */
  readonly deprecated?: string;
}

type Namespace = Record<string, unknown>;

/** Counts executions, so that each is warned once. */
let execution = 0;

const SERVICES = createServices(takeHostServices());

/** `ctx.services` of an execution that begins. */
export function beginServices(): object {
  execution++;
  return SERVICES;
}

function takeHostServices(): readonly HostService[] {
  const host = globalThis as { hostServices?: readonly HostService[] };
  const { hostServices = [] } = host;
  delete host.hostServices;
  return hostServices;
}

function createServices(services: readonly HostService[]): object {
  const root = createNamespace();
  for (const service of services) {
    const words = service.path.split(".");
    const last = words.pop() as string;
    let place = root;
    for (const word of words) place = (place[word] ??= createNamespace()) as Namespace;
    place[last] = createBinding(service);
  }
  return freezeAll(root);
}

function createNamespace(): Namespace {
  return { __proto__: null };
}

function freezeAll(namespace: Namespace): object {
  for (const member of Object.values(namespace)) {
    if (typeof member === "object") freezeAll(member as Namespace);
  }
  return objectFreeze(namespace);
}

function createBinding({ path, deprecated }: HostService): (input?: unknown) => Promise<unknown> {
  const name = `services.${path}`;
  let warned = 0;
  return objectFreeze(async (input?: unknown): Promise<unknown> => {
    if (deprecated !== undefined && warned !== execution) {
      warned = execution;
      log("warn", `ctx.${name} is deprecated: ${deprecated}`);
    }
    const { value } = await call(name, { input });
    const refusal = ownValue(value as object, "refusal");
    if (refusal === undefined) return ownValue(value as object, "output");
    throw createRefusal(refusal as string, ownValue(value as object, "retryAfterMs"));
  });
}

function createRefusal(message: string, retryAfterMs: unknown): GuestError {
  const error = new GuestError("SERVICE_RATE_LIMITED", message);
  return objectDefineProperty(error, "retryAfterMs", {
    __proto__: null,
    value: retryAfterMs,
    enumerable: true,
  } as PropertyDescriptor);
}
