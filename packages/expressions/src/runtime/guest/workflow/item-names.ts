import type { WorkflowItem } from "./run-data.ts";

/** Names whose value depends on the item. */
const ITEM_NAMES = ["$json", "$binary", "$thisItem", "$itemIndex", "$thisItemIndex", "$position"] as const;

type ItemName = (typeof ITEM_NAMES)[number];

/** Data by name without what depends on the item. */
export function withoutItem(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const rest = { ...data };
  for (const name of ITEM_NAMES) Reflect.deleteProperty(rest, name);
  return rest;
}

/** What names mean for an item. Where there is none, those that would be of its content are missing. */
export function describeItem(
  item: WorkflowItem | undefined,
  itemIndex: number,
): Partial<Record<ItemName, unknown>> {
  const position = { $itemIndex: itemIndex, $thisItemIndex: itemIndex, $position: itemIndex };
  if (item === undefined) return position;
  return { $json: item.json, $binary: describeFiles(item.binary), $thisItem: item, ...position };
}

/** Files without their content. */
function describeFiles(binary: WorkflowItem["binary"]): Record<string, unknown> {
  const files: Record<string, unknown> = {};
  for (const [name, file] of Object.entries(binary ?? {})) put(files, name, omitContent(file));
  return files;
}

/** The content is not even read: it may be long, and still at the host. */
function omitContent(file: unknown): unknown {
  if (typeof file !== "object" || file === null) return file;
  const rest: Record<string, unknown> = {};
  for (const key of Object.keys(file)) {
    if (key !== "data") put(rest, key, (file as Record<string, unknown>)[key]);
  }
  return rest;
}

/** Also under the name `__proto__`. */
function put(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}
