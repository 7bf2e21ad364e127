import { createHook } from "node:async_hooks";

/** Counts the TCP connections that this process starts, to whatever address and whether they succeed or not. */
export function watchConnects(): Disposable & { readonly count: () => number } {
  let count = 0;
  const hook = createHook({
    init(_id, type) {
      if (type === "TCPCONNECTWRAP") count += 1;
    },
  }).enable();
  return {
    count: () => count,
    [Symbol.dispose]() {
      hook.disable();
    },
  };
}
