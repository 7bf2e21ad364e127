/** The bridge kernel: the script that every engine evaluates first. SKELETON, being filled in. */
Reflect.defineProperty(globalThis, "__attachBridge", {
  value: (ask: (question: string) => string) => (message: string): string => {
    try {
      const [, , code, data] = JSON.parse(message) as [number, number, string, unknown];
      void ask;
      const run = new Function("data", code) as (data: unknown) => unknown;
      return JSON.stringify([run(data)]);
    } catch (error) {
      return JSON.stringify({ code: "BRIDGE_SCRIPT", message: String(error) });
    }
  },
  configurable: true,
  writable: true,
});
