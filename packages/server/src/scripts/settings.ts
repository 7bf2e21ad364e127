import { DEFAULT_LIMITS } from "@skerry/sandbox";
import type { ExecutionLimits } from "@skerry/sandbox";
import { z } from "zod";
import type { ScriptType } from "../db/schema.ts";
import { HTTP_METHODS, PATH_PATTERN_HELP, isPathPattern } from "../endpoints/path-pattern.ts";

/** The types that this version runs. */
export const SUPPORTED_TYPES = ["oneoff", "http"] as const satisfies readonly ScriptType[];
export type SupportedType = (typeof SUPPORTED_TYPES)[number];

/** The most that a script may ask for, whatever its tenant's plan. */
const MAX_LIMITS: ExecutionLimits = {
  cpuMs: 60_000,
  wallMs: 15 * 60_000,
  memoryMb: 512,
  capabilityCalls: 100_000,
  outputBytes: 16 * 1024 * 1024,
  logBytes: 4 * 1024 * 1024,
};

/** A V8 isolate does not start with less. */
const MIN_MEMORY_MB = 8;
const MAX_CONCURRENT_RUNS = 1_000;

function limit(name: keyof ExecutionLimits, min = 1) {
  return z.number().int().min(min).max(MAX_LIMITS[name]).optional();
}

const limits = z
  .strictObject({
    cpuMs: limit("cpuMs"),
    wallMs: limit("wallMs"),
    memoryMb: limit("memoryMb", MIN_MEMORY_MB),
    capabilityCalls: limit("capabilityCalls", 0),
    outputBytes: limit("outputBytes"),
    logBytes: limit("logBytes", 0),
    /** Executions of the script at the same time on one node; more are refused. Without it only runners limit them. */
    concurrentRuns: z.number().int().min(1).max(MAX_CONCURRENT_RUNS).optional(),
  })
  .optional();

const oneoffSettings = z.strictObject({ limits });

const httpSettings = z.strictObject({
  path: z.string().refine(isPathPattern, PATH_PATTERN_HELP).optional(),
  methods: z
    .array(z.enum(HTTP_METHODS))
    .min(1)
    .refine((methods) => new Set(methods).size === methods.length, "must not name a method twice")
    .optional(),
  freshContext: z.boolean().optional(),
  limits,
});

/** The schema of each type's settings; what belongs to another type is refused as unknown. */
export const SETTINGS_SCHEMAS = { oneoff: oneoffSettings, http: httpSettings } as const;

/** Settings of one version, as stored: all that the types have between them. */
export const scriptSettings = httpSettings;
export type ScriptSettings = z.output<typeof scriptSettings>;

/** The limits of an execution: what the script asks for, else the defaults. */
export function resolveLimits({ limits: wished = {} }: ScriptSettings): ExecutionLimits {
  return {
    cpuMs: wished.cpuMs ?? DEFAULT_LIMITS.cpuMs,
    wallMs: wished.wallMs ?? DEFAULT_LIMITS.wallMs,
    memoryMb: wished.memoryMb ?? DEFAULT_LIMITS.memoryMb,
    capabilityCalls: wished.capabilityCalls ?? DEFAULT_LIMITS.capabilityCalls,
    outputBytes: wished.outputBytes ?? DEFAULT_LIMITS.outputBytes,
    logBytes: wished.logBytes ?? DEFAULT_LIMITS.logBytes,
  };
}
