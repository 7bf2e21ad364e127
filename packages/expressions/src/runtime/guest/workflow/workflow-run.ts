import { createExpressionError, createNoInputError, createNotExecutedError } from "./errors.ts";
import { describe } from "./arguments.ts";
import { findOutput } from "./connections.ts";
import type { NodeRun, RunData, WorkflowItem } from "./run-data.ts";

/** A workflow run, and what can be asked about it. Reads no more of the host's data than the answer needs. */
export class WorkflowRun {
  readonly #data: RunData | undefined;

  /** @param data Undefined where the data of the host is that of no workflow run: then every question throws. */
  constructor(data: RunData | undefined) {
    this.#data = data;
  }

  /** @throws TypeError when there is no workflow run. */
  get data(): RunData {
    if (this.#data) return this.#data;
    throw new TypeError(
      "there is no workflow run: the data of this expression is not that of workflowData()",
    );
  }

  /**
   * Items that came into the active node.
   *
   * @throws ExpressionError when none did.
   */
  get inputItems(): readonly WorkflowItem[] {
    const { input, activeNode } = this.data;
    if (input.items.length === 0) throw createNoInputError(activeNode);
    return input.items;
  }

  /** @throws ExpressionError unless the workflow has a node of that name. */
  requireNode(name: unknown): string {
    if (typeof name === "string" && this.hasNode(name)) return name;
    throw createExpressionError(
      `Referenced node doesn't exist: there is no node ${describe(name)} in this workflow`,
    );
  }

  hasNode(name: string): boolean {
    return Object.hasOwn(this.data.runData, name) || this.data.nodeNames.includes(name);
  }

  isExecuted(name: string): boolean {
    return this.#findRuns(name).length > 0;
  }

  /** @throws ExpressionError when the node has not run. */
  runsOf(name: string): readonly NodeRun[] {
    const runs = this.#findRuns(name);
    if (runs.length === 0) throw createNotExecutedError(name);
    return runs;
  }

  /**
   * Items that a node gave.
   *
   * @param output Default: the one that leads to the active node, else the first.
   * @param run Default: the last.
   * @throws ExpressionError
   */
  itemsOf(name: string, output?: number, run = this.data.defaultRun): readonly WorkflowItem[] {
    const runs = this.runsOf(name);
    const { outputs } = runs[run ?? runs.length - 1] ?? refuseRun(name, run, runs.length);
    const branch = output ?? this.#outputOf(name, outputs.length);
    if (branch >= outputs.length && branch > 0) refuseOutput(name, branch, outputs.length);
    return outputs[branch] ?? [];
  }

  /** Whether items of a node can have come to the active node. */
  leadsToActiveNode(name: string): boolean {
    const { connections, activeNode } = this.data;
    return findOutput(connections, name, activeNode) !== undefined;
  }

  /** What a node remembers from one of its runs to the next. */
  contextOf(name: string): Readonly<Record<string, unknown>> {
    const { contextData } = this.data;
    const key = `node:${name}`;
    return Object.hasOwn(contextData, key) ? (contextData[key] ?? {}) : {};
  }

  /** As the author wrote them. */
  parametersOf(name: string): Readonly<Record<string, unknown>> {
    const { nodes, nodeNames } = this.data;
    return nodes[nodeNames.indexOf(name)]?.parameters ?? {};
  }

  #findRuns(name: string): readonly NodeRun[] {
    const { runData } = this.data;
    return Object.hasOwn(runData, name) ? (runData[name] ?? []) : [];
  }

  /** Where there is one output only, nobody has to read the connections. */
  #outputOf(name: string, count: number): number {
    const { connections, activeNode } = this.data;
    return count > 1 ? (findOutput(connections, name, activeNode) ?? 0) : 0;
  }
}

function refuseRun(name: string, run: number | undefined, count: number): never {
  throw createExpressionError(`Run ${run} of node '${name}' doesn't exist: it ran ${count} time(s)`);
}

function refuseOutput(name: string, output: number, count: number): never {
  throw createExpressionError(`Output ${output} of node '${name}' doesn't exist: it has ${count} output(s)`);
}
