import { destination, pino, stdTimeFunctions } from "pino";
import type { Logger } from "pino";
import type { Config } from "../config.ts";

const STDERR = 2;

/**
 * JSON lines on stderr; stdout belongs to what a command answers. Written synchronously, so that the last line
 * before a crash is there.
 */
export function createLogger(level: Config["logLevel"]): Logger {
  const options = { level, base: null, timestamp: stdTimeFunctions.isoTime };
  return pino(options, destination({ dest: STDERR, sync: true }));
}
