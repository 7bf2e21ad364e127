import type { Disturbance } from "./evidence.ts";

const LOOK_MS = 200;
/** Below this nothing that the platform waits for runs out. */
const STALL_LEAST_MS = 2_000;

/** Notices when this machine had no time for this process: then it may have had none for the nodes either. */
export function watchStalls(): Disposable & { readonly stalls: readonly Disturbance[] } {
  const stalls: Disturbance[] = [];
  let last = Date.now();
  const timer = setInterval(() => {
    const now = Date.now();
    if (now - last > STALL_LEAST_MS) stalls.push({ kind: "stall", target: "machine", from: last, to: now });
    last = now;
  }, LOOK_MS);
  return { stalls, [Symbol.dispose]: () => clearInterval(timer) };
}
