import type { TransferType } from "./bridge.ts";
import { type TransferTypes, isPlainPrototype } from "./guest/transfer-types.ts";
import type { Json } from "./guest/wire.ts";

/** No class crosses as itself. */
export const NO_TYPES: TransferTypes = createHostTypes([]);

/** The host's half of a runtime's types. */
export function createHostTypes(types: readonly TransferType[]): TransferTypes {
  const byName = new Map(types.map((type) => [type.name, type]));
  return {
    describe(value) {
      if (types.length === 0 || isPlainPrototype(prototypeOf(value))) return undefined;
      for (const { name, describe } of types) {
        const payload = describe(value);
        if (payload !== undefined) return [name, payload as Json];
      }
      return undefined;
    },
    restore(name, payload) {
      const type = byName.get(name);
      if (!type) throw new RangeError(`a value of type ${name}, which the host does not know`);
      return type.restore(payload);
    },
  };
}

/** That of a Proxy whose traps throw is as good as none. */
function prototypeOf(value: object): object | null {
  try {
    return Object.getPrototypeOf(value) as object | null;
  } catch {
    return null;
  }
}
