import type { HostData } from "@skerry/sandbox/bridges";

/**
 * The part of the data that a program can read: what it does not name need not be described to a guest. Own data
 * properties alone are taken, and no getter is run.
 */
export function pickData(data: HostData, names: Iterable<string>): HostData {
  const picked: Record<string, unknown> = {};
  for (const name of names) {
    const descriptor = Object.getOwnPropertyDescriptor(data, name);
    if (!descriptor?.enumerable || !("value" in descriptor)) continue;
    if (name === "__proto__") Object.defineProperty(picked, name, descriptor);
    else picked[name] = descriptor.value;
  }
  return picked;
}
