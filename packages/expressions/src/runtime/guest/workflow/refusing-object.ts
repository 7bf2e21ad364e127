/** An object that throws at every touch: whoever only passes it by is not disturbed. */
export function createRefusingObject(createError: () => Error): object {
  const refuse = (): never => {
    throw createError();
  };
  return new Proxy(
    {},
    {
      get: refuse,
      has: refuse,
      set: refuse,
      deleteProperty: refuse,
      defineProperty: refuse,
      ownKeys: refuse,
      getOwnPropertyDescriptor: refuse,
    },
  );
}

/** An object without properties that throws when it is asked for one by name. */
export function createClosedObject(createError: () => Error): object {
  const refuse = (target: object, key: PropertyKey): boolean => {
    if (typeof key === "string" && !(key in target) && key !== "toJSON") throw createError();
    return key in target;
  };
  return new Proxy(
    {},
    {
      get: (target, key) => (refuse(target, key) ? (Reflect.get(target, key) as unknown) : undefined),
      has: refuse,
    },
  );
}
