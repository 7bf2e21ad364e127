/** Runs an action later and keeps no process alive for it. Gives what cancels it. */
export function runLater(action: () => void, delayMs: number): () => void {
  const timer: unknown = setTimeout(action, Math.ceil(delayMs));
  // Node's timers are objects; a browser's are numbers, and hold up nothing.
  (timer as { unref?(): void }).unref?.();
  return () => clearTimeout(timer as number);
}
