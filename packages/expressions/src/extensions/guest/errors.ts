/**
 * A function was called on a value it is not for, or with arguments it does not take. It reaches the author under every
 * rule for errors.
 */
export class ExpressionExtensionError extends Error {
  override readonly name = "ExpressionExtensionError";
}
