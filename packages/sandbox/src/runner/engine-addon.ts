import type ivm from "isolated-vm";

/** Loads isolated-vm's native library into a runner, and gives up the right to load another. */
export function loadEngine(addonPath: string): typeof ivm {
  const addon = { exports: {} as { ivm?: typeof ivm } };
  process.dlopen(addon, addonPath);
  (process as { permission?: { drop?: (scope: string) => void } }).permission?.drop?.("addon");
  return addon.exports.ivm ?? (addon.exports as typeof ivm);
}
