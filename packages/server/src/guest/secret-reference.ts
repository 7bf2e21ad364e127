import { NativeTypeError, toText } from "./primordials.ts";

/** A secret as it crosses to the host. */
export interface SecretName {
  readonly secret: string;
}

/** The name in a reference; undefined for anything else. */
export let readReference: (value: unknown) => SecretName | undefined;

/** Stands for a secret whose value the host puts in: the value itself never comes into the guest. */
export class SecretReference {
  readonly #name: string;

  static {
    readReference = (value) =>
      typeof value === "object" && value !== null && #name in value ? { secret: value.#name } : undefined;
  }

  constructor(name: unknown) {
    this.#name = toText(name);
  }

  /** @throws TypeError always: where it would be taken for its value. */
  toString(): never {
    throw new NativeTypeError(
      `secret("${this.#name}") stands for a value that only the host has: give it to headers or auth of ctx.http`,
    );
  }

  toJSON(): never {
    return this.toString();
  }
}
