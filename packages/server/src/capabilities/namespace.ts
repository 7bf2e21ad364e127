import { defineCapability } from "@skerry/sandbox";
import type { Capability, CapabilityCall, CapabilityReply, ErrorKind } from "@skerry/sandbox";
import type { z } from "zod";

/** One call that guests may send to the host, by its name below the namespace. */
export interface CallDefinition {
  /** Every argument passes it before the host does anything with it. */
  readonly input: z.ZodType;
  /** Largest argument text plus body in bytes. Default 1 MiB. */
  readonly maxInputBytes?: number;
}

/** One member of `ctx.<namespace>`, as its users see it. */
export interface MemberDefinition {
  /**
   * What TypeScript declares, without the name: `(key: string): Promise<unknown>`, `: number` for a value, or
   * `{ (key: string): …; (keys: string[]): … }` for a function of several kinds.
   */
  readonly signature: string;
  /** What it does and answers, in whole sentences of Markdown. */
  readonly summary: string;
  /** Which of the namespace's calls it makes; none when it stays within the guest. */
  readonly calls: readonly string[];
  /** Codes that it can reject with, beside those that every capability has. */
  readonly errors: readonly string[];
  /** Statements that use it, where `ctx` is at hand. They are run by a test. */
  readonly example: string;
}

/** A bound that scripts can run into. */
export interface LimitDefinition {
  /** What is bounded: `key`. */
  readonly name: string;
  /** With its unit: `512 bytes of UTF-8`. */
  readonly value: string;
}

/**
 * One namespace of `ctx`: the only place that says what it takes, what it answers, how it fails and how it is bounded.
 * The capabilities, the declarations for editors and the page of the documentation are made from it.
 */
export interface NamespaceDefinition {
  /** The member of `ctx`: `cache`. */
  readonly name: string;
  /** What it is for, in whole sentences of Markdown. */
  readonly summary: string;
  /** TypeScript declarations that signatures name. */
  readonly types?: string;
  readonly calls: Readonly<Record<string, CallDefinition>>;
  /** By name; the name `""` is the namespace itself, called as a function. */
  readonly members: Readonly<Record<string, MemberDefinition>>;
  readonly limits: readonly LimitDefinition[];
  readonly errors: Readonly<Record<string, { readonly kind: ErrorKind; readonly help: string }>>;
}

/** Keeps the exact types of a definition. */
export function defineNamespace<const Namespace extends NamespaceDefinition>(
  namespace: Namespace,
): Namespace {
  return namespace;
}

/** What the host does for each call of a namespace, with arguments that passed their schema. */
export type CallHandlers<Namespace extends NamespaceDefinition> = {
  readonly [Call in keyof Namespace["calls"]]: (
    input: z.output<Namespace["calls"][Call]["input"]>,
    call: CapabilityCall,
  ) => CapabilityReply | Promise<CapabilityReply>;
};

/** Joins a namespace with what the host does for its calls. Names become `<namespace>.<call>`. */
export function createNamespaceCapabilities<Namespace extends NamespaceDefinition>(
  { name, calls }: Namespace,
  handlers: CallHandlers<Namespace>,
): readonly Capability[] {
  return Object.entries(calls).map(([call, definition]) =>
    defineCapability<never>({
      ...definition,
      name: `${name}.${call}`,
      input: definition.input as z.ZodType<never>,
      handle: handlers[call as keyof Namespace["calls"]],
    }),
  );
}

/** A member as TypeScript declares it. */
export function joinSignature(name: string, { signature }: Pick<MemberDefinition, "signature">): string {
  return signature.startsWith("{") ? `${name}: ${signature}` : `${name}${signature}`;
}
