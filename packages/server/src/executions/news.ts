import { EventEmitter } from "node:events";

/**
 * Tells on this node that something was written of an execution: lines that it logged, or its end. When it is disposed
 * it wakes all who wait, for good.
 */
export interface ExecutionNews extends Disposable {
  announce(executionId: string): void;
  /** Hears what is announced of one execution from now on. */
  subscribe(executionId: string): NewsSubscription;
  readonly isOver: boolean;
}

export interface NewsSubscription extends Disposable {
  /** Resolves when something was announced since it last did, when nothing was for `timeoutMs`, or at disposal. */
  wait(timeoutMs: number): Promise<void>;
}

export function createExecutionNews(): ExecutionNews {
  const emitter = new EventEmitter().setMaxListeners(0);
  let isOver = false;

  return {
    announce: (executionId) => void emitter.emit(executionId),

    subscribe(executionId) {
      let isNew = false;
      let wake: (() => void) | undefined;
      const hear = (): void => {
        isNew = true;
        wake?.();
      };
      emitter.on(executionId, hear);
      return {
        async wait(timeoutMs) {
          if (!isNew && !isOver) {
            const { promise, resolve } = Promise.withResolvers<void>();
            wake = resolve;
            const timer = setTimeout(resolve, timeoutMs);
            await promise;
            clearTimeout(timer);
          }
          isNew = false;
        },
        [Symbol.dispose]() {
          emitter.off(executionId, hear);
          hear();
        },
      };
    },

    get isOver() {
      return isOver;
    },

    [Symbol.dispose]() {
      isOver = true;
      for (const executionId of emitter.eventNames()) emitter.emit(executionId);
    },
  };
}
