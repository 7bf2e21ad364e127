let turn: Promise<void> | undefined;

/**
 * Resolves when this turn of the event loop has handled its input, at the same moment for all who ask in it. What they
 * write then leaves in a row, and whoever reads it is woken once and not once for each.
 */
export function endOfTurn(): Promise<void> {
  turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = undefined;
      resolve();
    });
  });
  return turn;
}
