import { CapabilityError, defineCapability } from "@skerry/sandbox";
import type { Capability, CapabilityCall, InputSchema, JsonValue } from "@skerry/sandbox";
import type { Logger } from "pino";
import { ATTRIBUTES } from "../executions/attributes.ts";
import { describeExecution } from "../observability/log-fields.ts";
import { isGranted } from "../plans/grants.ts";
import { SkerryError } from "../problems/errors.ts";
import type { QuotaService } from "../quotas/service.ts";
import type { ServiceCallErrorCode } from "./errors.ts";
import { pathOf } from "./names.ts";
import { createRateWindows } from "./rate-window.ts";
import { describeIssues } from "./schema.ts";
import type { ServiceSchema } from "./schema.ts";
import { ServiceError } from "./service.ts";
import type { Service, ServiceCall } from "./service.ts";
import type { UseLog } from "./use-log.ts";

/** What calls of services need. */
export interface ServiceCallContext {
  readonly logger: Logger;
  readonly quotas: Pick<QuotaService, "take" | "termsOf">;
  readonly uses: Pick<UseLog, "note">;
  /** Writes that the call is about to be made. */
  readonly record: (service: Service, call: CapabilityCall) => Promise<void>;
}

/** What the script gives, which may be nothing. */
interface Arguments {
  readonly input?: JsonValue;
}

/** Of the answer as JSON: what a script can hold beside its other data. */
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;

/** The service's own schema is not asked before the tenant may call at all: see the handler. */
const ARGUMENTS: InputSchema<Arguments> = {
  "~standard": {
    version: 1,
    vendor: "skerry",
    validate: (value) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? { value }
        : { issues: [{ message: "must be an object" }] },
  },
};

/**
 * Makes the capability that stands for one service. Nothing in it waits for the database once the tenant is known,
 * unless the service is audited. It answers `{ output }`, or `{ refusal, retryAfterMs }` where the tenant called too often.
 */
export function createServiceCapability(service: Service, context: ServiceCallContext): Capability {
  const path = pathOf(service);
  const windows = service.rateLimit && createRateWindows(service.rateLimit);
  const { logger, quotas, uses, record } = context;

  async function requireGrant(tenant: string): Promise<void> {
    const { permission } = service;
    if (permission === undefined) return;
    const { grants } = await quotas.termsOf(tenant);
    if (isGranted(grants, permission)) return;
    const message = `${path} needs the permission ${permission}, which the plan of this tenant does not grant`;
    throw new CapabilityError("CAPABILITY_DENIED", message);
  }

  /** From the check of the input to that of the output, within the time-out. */
  async function run({ input }: Arguments, call: CapabilityCall, signal: AbortSignal): Promise<JsonValue> {
    const checked = await checkInput(service.input, path, input);
    if (service.audit) await record(service, call);
    const result = await service.handler(checked, describeCall(call, signal));
    return await checkOutput(service.output, result);
  }

  return defineCapability<Arguments>({
    name: `services.${path}`,
    input: ARGUMENTS,
    maxInputBytes: service.maxInputBytes,
    async handle(args, call) {
      await requireGrant(call.tenant);
      const retryAfterMs = windows?.take(call.tenant) ?? 0;
      if (retryAfterMs > 0) return { value: refuseForNow(service, retryAfterMs) };
      await takeQuota(quotas, call.tenant);
      uses.note({ tenantId: call.tenant, scriptId: call.attributes["script"] ?? "", service: path });
      const since = performance.now();
      try {
        const output = await runInTime(service, call.signal, (signal) => run(args, call, signal));
        return { value: { output } };
      } catch (error) {
        throw translate(error, service, call, logger);
      } finally {
        const durationMs = performance.now() - since;
        logger.debug({ ...describeExecution(call), service: path, durationMs }, "service called");
      }
    },
  });
}

async function takeQuota(quotas: ServiceCallContext["quotas"], tenant: string): Promise<void> {
  try {
    await quotas.take(tenant, "serviceCallsPerMonth");
  } catch (error) {
    if (!(error instanceof SkerryError)) throw error;
    throw new CapabilityError(error.code, error.message);
  }
}

function refuseForNow(service: Service, retryAfterMs: number): JsonValue {
  const { limit = 0, perSeconds = 0 } = service.rateLimit ?? {};
  const refusal = `${pathOf(service)} may be called ${limit} times in ${perSeconds} s; there are calls again in ${retryAfterMs} ms`;
  return { refusal, retryAfterMs };
}

/** Who started it, where that is somebody whom Skerry or the host knows. A tenant can make tokens of its own: not those. */
const PERSON = /^(?:user|token|host):(?<id>.+)$/su;

function describeCall({ tenant, executionId, attributes }: CapabilityCall, signal: AbortSignal): ServiceCall {
  const { script = "", [ATTRIBUTES.actor]: actor = "" } = attributes;
  return {
    tenant,
    user: PERSON.exec(actor)?.groups?.["id"],
    script: {
      id: script,
      name: attributes[ATTRIBUTES.scriptName] ?? "",
      version: Number(attributes[ATTRIBUTES.version] ?? 0),
    },
    executionId,
    requestId: attributes[ATTRIBUTES.requestId],
    signal,
  };
}

async function checkInput(schema: ServiceSchema, path: string, input: unknown): Promise<unknown> {
  const checked = await schema["~standard"].validate(input);
  if (checked.issues === undefined) return checked.value;
  throw new InputRefusal(`${path}: ${describeIssues(checked.issues)}`);
}

/** Nothing that the schema does not know leaves the host. */
async function checkOutput(schema: ServiceSchema, output: unknown): Promise<JsonValue> {
  const checked = await schema["~standard"].validate(output);
  if (checked.issues !== undefined)
    throw new Error(`the output does not fit: ${describeIssues(checked.issues)}`);
  const json = JSON.stringify(checked.value) ?? "null";
  const bytes = Buffer.byteLength(json);
  if (bytes > MAX_OUTPUT_BYTES) {
    throw new Error(`the output has ${bytes} bytes of JSON; at most ${MAX_OUTPUT_BYTES} can cross`);
  }
  return (checked.value ?? null) as JsonValue;
}

/** Of the script's input; a class of its own, because handlers may throw whatever they like. */
class InputRefusal extends Error {}
class ServiceTimeout extends Error {}

/** Ends the wait, and tells the work, when the time is over or the execution has ended. */
async function runInTime(
  service: Service,
  ended: AbortSignal,
  work: (signal: AbortSignal) => Promise<JsonValue>,
): Promise<JsonValue> {
  const controller = new AbortController();
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const stop = (reason: Error): void => {
    // First, so that what the work throws because of the signal comes too late to be taken for the reason.
    reject(reason);
    controller.abort(reason);
  };
  const onEnd = (): void => stop(new CapabilityError("EXECUTION_ENDED", "the execution has ended"));
  const timer = setTimeout(
    () => stop(new ServiceTimeout(`${pathOf(service)} gave no answer within ${service.timeoutMs} ms`)),
    service.timeoutMs,
  );
  ended.addEventListener("abort", onEnd, { once: true });
  if (ended.aborted) onEnd();
  try {
    return await Promise.race([stopped, work(controller.signal)]);
  } finally {
    clearTimeout(timer);
    ended.removeEventListener("abort", onEnd);
  }
}

/** What the script may know of a failure. The rest goes to the host's log. */
function translate(error: unknown, service: Service, call: CapabilityCall, logger: Logger): CapabilityError {
  if (error instanceof ServiceError) return new CapabilityError(error.code, error.message);
  if (error instanceof InputRefusal) return new CapabilityError("CAPABILITY_INPUT_INVALID", error.message);
  const path = pathOf(service);
  const about = describeExecution(call);
  if (call.signal.aborted)
    return refuse("SERVICE_FAILED", `${path} was called by an execution that has ended`);
  if (error instanceof ServiceTimeout) {
    logger.warn({ ...about, service: path }, "service timed out");
    return refuse("SERVICE_TIMEOUT", error.message);
  }
  logger.error({ ...about, err: error, service: path }, "service failed");
  return refuse("SERVICE_FAILED", `${path} failed inside the host`);
}

function refuse(code: ServiceCallErrorCode, message: string): CapabilityError {
  return new CapabilityError(code, message);
}
