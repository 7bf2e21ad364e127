import { isEmptyContainer, isPlainObject } from "./emptiness.ts";

/**
 * Leaves out null, undefined, "", "nil" and empty arrays, objects, Maps and Sets, at every depth. What becomes empty by
 * that stays. Arrays stay arrays; dates and instances of classes stay as they are.
 */
export function compact(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter(hasContent).map(compact);
  if (!isPlainObject(value)) return value;
  const kept = Object.entries(value).filter(([, item]) => hasContent(item));
  return Object.fromEntries(kept.map(([key, item]) => [key, compact(item)]));
}

function hasContent(value: unknown): boolean {
  return value !== null && value !== undefined && value !== "" && value !== "nil" && !isEmptyContainer(value);
}
