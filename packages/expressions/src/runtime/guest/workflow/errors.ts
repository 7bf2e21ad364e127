/**
 * An error for the author of an expression, which no rule for errors swallows. Its class is the realm's own: one of
 * this script would be a place to leave something for the next evaluation.
 */
export function createExpressionError(message: string, code?: "EXPRESSION_SECURITY"): Error {
  const error = new Error(message);
  error.name = "ExpressionError";
  return code === undefined ? error : Object.assign(error, { code });
}

export function createNotExecutedError(node: string): Error {
  return createExpressionError(
    `Node '${node}' hasn't been executed: run it first, or ask $("${node}").isExecuted before`,
  );
}

export function createNoInputError(node: string): Error {
  return createExpressionError(`No execution data available: nothing has come into node '${node}' yet`);
}
