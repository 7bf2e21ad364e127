/** What an execution and all that it leads to by calls may still ask the host for. */
export interface CallBudget {
  /** Capability calls. */
  left: number;
}

/** The budgets of executions that called others. */
export interface CallBudgets {
  /**
   * The budget of a chain of calls, which is forgotten when its first execution has ended.
   *
   * @param root - The first execution's id.
   * @param allowed - What that one may call in all.
   * @param ended - Aborts when the execution that asks has ended. The first to ask is the first of the chain.
   */
  open(root: string, allowed: number, ended: AbortSignal): CallBudget;
}

export function createCallBudgets(): CallBudgets {
  const budgets = new Map<string, CallBudget>();
  return {
    open(root, allowed, ended) {
      const known = budgets.get(root);
      if (known !== undefined) return known;
      const budget: CallBudget = { left: allowed };
      if (ended.aborted) return budget;
      budgets.set(root, budget);
      ended.addEventListener("abort", () => budgets.delete(root), { once: true });
      return budget;
    },
  };
}
