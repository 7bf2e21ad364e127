import type { LogLevel } from "../log-line.ts";
import { inspect } from "./inspect.ts";
import { log } from "./log.ts";

/** `console` of the guest: its lines go where `ctx.log` goes. Format strings are shown as they are. */
export function createConsole(): Record<"log" | LogLevel, (...values: unknown[]) => void> {
  const at =
    (level: LogLevel) =>
    (...values: unknown[]): void => {
      let text = "";
      const { length } = values;
      for (let index = 0; index < length; index++) text += `${index > 0 ? " " : ""}${inspect(values[index])}`;
      log(level, text);
    };
  return { log: at("info"), debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
