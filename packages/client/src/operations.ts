import { OPERATIONS } from "./generated/operations.ts";
import type { Operations } from "./generated/types.ts";
import { createList } from "./list.ts";
import type { Page } from "./list.ts";
import { writePath } from "./path.ts";
import type { Call, Query, RequestOptions, Send } from "./transport.ts";

type Method = (...values: readonly unknown[]) => unknown;

/**
 * Makes a method for every operation. Its arguments are those of the path in their order, then the body where there is
 * one, then the query where there is one, then options.
 */
export function createOperations(send: Send): Operations {
  const features: Record<string, Record<string, Method>> = {};
  for (const [name, recipe] of Object.entries(OPERATIONS)) {
    const [feature = "", verb = ""] = name.split(".");
    (features[feature] ??= {})[verb] = createMethod(recipe, send);
  }
  return features as unknown as Operations;
}

function createMethod(recipe: string, send: Send): Method {
  const [method = "", template = "", ...marks] = recipe.split(" ");
  const placeCount = template.split("{").length - 1;
  return (...values) => {
    const rest = values.slice(placeCount);
    const body = marks.includes("body") ? rest.shift() : undefined;
    const query = marks.includes("query") ? (rest.shift() as Query | undefined) : undefined;
    const options = (rest.shift() ?? {}) as RequestOptions;
    const call: Call = { method, path: writePath(template, values), query, body, options };
    if (!marks.includes("list")) return send(call, readAnswer);
    return createList(
      (cursor) =>
        send(cursor === undefined ? call : { ...call, query: { ...query, cursor } }, readAnswer) as Promise<
          Page<unknown>
        >,
    );
  };
}

async function readAnswer(response: Response): Promise<unknown> {
  const text = await response.text();
  return text === "" ? undefined : JSON.parse(text);
}
