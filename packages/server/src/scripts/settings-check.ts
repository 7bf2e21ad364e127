import { z } from "zod";
import type { ScriptType } from "../db/schema.ts";
import { SETTINGS_SCHEMAS } from "./settings.ts";
import type { ScriptSettings } from "./settings.ts";

const TYPES = Object.keys(SETTINGS_SCHEMAS) as ScriptType[];
const CHECKS = new Map(TYPES.map((type) => [type, createCheck(type)]));

/** The schema of a type's settings, which says of those of other types alone whose they are. */
export function settingsCheckOf(type: ScriptType): z.ZodType<ScriptSettings> {
  return CHECKS.get(type) as z.ZodType<ScriptSettings>;
}

function createCheck(type: ScriptType): z.ZodType {
  const own: z.ZodObject = SETTINGS_SCHEMAS[type];
  const names = TYPES.flatMap((other) => Object.keys(SETTINGS_SCHEMAS[other].shape));
  const foreign = names.filter((name) => !Object.hasOwn(own.shape, name));
  return own.extend(Object.fromEntries(foreign.map((name) => [name, refuseSetting(name)])));
}

function refuseSetting(name: string): z.ZodType {
  const types = TYPES.filter((type) => Object.hasOwn(SETTINGS_SCHEMAS[type].shape, name));
  const error = `is a setting of scripts of the type ${types.join(" or ")}; leave it out`;
  return z.undefined({ error }).optional();
}
