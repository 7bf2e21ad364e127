import { cut } from "../../guest/errors.ts";
import { reflectDefineProperty } from "../../guest/primordials.ts";
import type { Json } from "./wire.ts";

const MAX_PATH_CHARS = 100;

/** One container on its way to the wire. */
export interface Frame {
  clean: Json[] | Record<string, Json>;
  readonly parent: Frame | undefined;
  readonly key: string | number;
  readonly depth: number;
  /** Number of its part, or -1 while it is inside its parent's. */
  part: number;
}

/** Sets a property, whatever its name. */
export function setKey(clean: Frame["clean"], key: string | number, value: Json): void {
  if (key === "__proto__") {
    reflectDefineProperty(clean, key, { value, writable: true, enumerable: true, configurable: true });
  } else (clean as Record<string | number, Json>)[key] = value;
}

/** As code would reach it from the root: `.rows[3].name`, nothing for the root itself. Of a long one, its end. */
export function describePath(frame: Frame, key: string | number): string {
  let path = "";
  let step = key;
  for (let at: Frame | undefined = frame; at.parent; at = at.parent) {
    if (path.length > MAX_PATH_CHARS) return `…${path}`;
    path = (typeof step === "number" ? `[${step}]` : `.${cut(step, MAX_PATH_CHARS)}`) + path;
    step = at.key;
  }
  return path;
}
