import type { Settings } from "../runtime/guest/settings.ts";
import type { DirectTemplate } from "./direct-template.ts";
import type { HostContainers } from "./host-containers.ts";
import { isObject } from "./host-values.ts";
import type { Run } from "./run.ts";

/** Puts a value under a key of something that the evaluation made, and notes what of the host is in it. */
export type Fill = (
  run: Run,
  settings: Settings,
  found: HostContainers,
  holder: object,
  key: PropertyKey,
) => void;

/** @param takeTemplate Gives the template that a text in the tree is, if it is one. Asked once for each, in order. */
export function buildTree(node: unknown, takeTemplate: (text: string) => DirectTemplate | undefined): Fill {
  if (Array.isArray(node)) return fillArray(node.map((item) => buildTree(item, takeTemplate)));
  if (isObject(node)) {
    return fillRecord(Object.entries(node).map(([key, value]) => [key, buildTree(value, takeTemplate)]));
  }
  const template = typeof node === "string" ? takeTemplate(node) : undefined;
  return template ? fillTemplate(template) : (_run, _settings, _found, holder, key) => put(holder, key, node);
}

export function fillTemplate({ evaluate, noteHost }: DirectTemplate): Fill {
  return (run, settings, found, holder, key) => {
    const value = evaluate(run, settings);
    put(holder, key, value);
    if (run.isSure && isObject(value)) noteHost(found, holder, key);
  };
}

function fillArray(items: readonly Fill[]): Fill {
  return (run, settings, found, holder, key) => {
    const array: unknown[] = [];
    put(holder, key, array);
    for (const [index, fill] of items.entries()) fill(run, settings, found, array, index);
  };
}

function fillRecord(fields: readonly (readonly [key: string, fill: Fill])[]): Fill {
  return (run, settings, found, holder, key) => {
    const record = {};
    put(holder, key, record);
    for (const [name, fill] of fields) fill(run, settings, found, record, name);
  };
}

/** An own property, also where there is an inherited one. */
function put(holder: object, key: PropertyKey, value: unknown): void {
  if (!(key in holder)) Reflect.set(holder, key, value);
  else Reflect.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
}
