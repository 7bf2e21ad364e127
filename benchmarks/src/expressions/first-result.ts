/** How long the first result of a fresh process took, in ms. */
export interface FirstResult {
  /** From a new evaluator, with the modules loaded. */
  readonly ofEvaluatorMs: number;
  /** From the start of the process. */
  readonly ofProcessMs: number;
}

/** Loads the modules of one side, and only those, and gives what makes an evaluator. */
export const SIDES = {
  peer: async () => {
    const { Peer } = await import("./peer.ts");
    return () => new Peer("isolated-vm");
  },
  peerQuickJs: async () => {
    const { Peer } = await import("./peer.ts");
    return () => new Peer("QuickJS");
  },
  isolatedVm: async () => {
    const { Ours } = await import("./ours.ts");
    return () => new Ours("IsolatedVmBridge");
  },
  runner: async () => {
    const { Ours } = await import("./ours.ts");
    return () => new Ours("ProcessBridge");
  },
  quickJs: async () => {
    const { Ours } = await import("./ours.ts");
    return () => new Ours("QuickJsBridge");
  },
};

export type Side = keyof typeof SIDES;
