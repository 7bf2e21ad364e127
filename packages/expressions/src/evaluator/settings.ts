import { ExpressionError } from "../errors.ts";
import type { Settings } from "../runtime/guest/settings.ts";
import type { EvaluateOptions } from "./options.ts";

const NO_SETTINGS: Settings = Object.freeze({});
/** Zone names that were found to exist. There are some hundreds, each of which may be written in several cases. */
const MAX_KNOWN_ZONES = 2_000;
const knownZones = new Set<string>();

/**
 * What the guest has to know of an evaluation's options.
 *
 * @throws ExpressionError `EXPRESSION_TIMEZONE`.
 */
export function toSettings(options: EvaluateOptions | undefined): Settings {
  if (options === undefined) return NO_SETTINGS;
  const { timezone, locale, errors } = options;
  if (timezone) requireZone(timezone);
  return {
    ...(timezone && { timezone }),
    ...(locale !== undefined && { locale }),
    ...(errors === "undefined" && { errors }),
  };
}

function requireZone(name: string): void {
  if (knownZones.has(name)) return;
  if (!isZone(name)) {
    throw new ExpressionError(
      "EXPRESSION_TIMEZONE",
      `Invalid timezone: ${JSON.stringify(name)} is no IANA name such as "Europe/Paris"`,
    );
  }
  if (knownZones.size >= MAX_KNOWN_ZONES) knownZones.clear();
  knownZones.add(name);
}

/** Offsets such as `+02:00`, which Intl takes as well, are no names. */
function isZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: name }));
  } catch {
    return false;
  }
}
