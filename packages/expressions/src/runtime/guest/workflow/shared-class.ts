/**
 * Freezes a class and what its instances inherit. Expressions get hold of instances, and what one of them left on the
 * class the next would find.
 */
export function freezeClass(shape: { readonly prototype: object }): void {
  for (const object of [shape, shape.prototype]) {
    for (const key of Reflect.ownKeys(object)) {
      const { value, get, set } = Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor;
      for (const member of [value as unknown, get, set]) {
        if (typeof member === "function" && member !== shape) Object.freeze(member);
      }
    }
    Object.freeze(object);
  }
}
