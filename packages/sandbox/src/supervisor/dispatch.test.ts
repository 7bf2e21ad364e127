import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { type Capability, CapabilityError, defineCapability } from "../capability.ts";
import { type RawCall, dispatchCall } from "./dispatch.ts";

const context = {
  tenant: "acme",
  executionId: "e1",
  attributes: { user: "ada" },
  signal: new AbortController().signal,
};

function capability(handle: Capability<{ sku: string }>["handle"]): Capability {
  return defineCapability({
    name: "stock.get",
    input: z.strictObject({ sku: z.string().max(5) }),
    maxInputBytes: 100,
    handle,
  });
}

async function dispatch(
  raw: Partial<RawCall> & { json?: string },
  handle: Capability<{ sku: string }>["handle"],
) {
  const { name = "stock.get", json = '{"sku":"A1"}', args = Buffer.from(json), body } = raw;
  return dispatchCall(new Map([["stock.get", capability(handle)]]), { name, args, body }, context);
}

describe("dispatchCall", () => {
  test("gives the handler checked input, the body and who calls", async () => {
    const handle = vi.fn<Capability["handle"]>(() => ({ value: 3 }));
    const body = Buffer.from("bytes");
    await expect(dispatch({ body }, handle)).resolves.toEqual({ value: 3 });
    expect(handle).toHaveBeenCalledExactlyOnceWith({ sku: "A1" }, { ...context, body });
  });

  test.each([
    ["CAPABILITY_UNKNOWN", { name: "stock.set" }, 'no capability named "stock.set"'],
    ["CAPABILITY_UNKNOWN", { name: "__proto__" }, "no capability"],
    ["CAPABILITY_INPUT_LIMIT", { json: JSON.stringify({ sku: "x".repeat(100) }) }, "at most 100 are allowed"],
    ["CAPABILITY_INPUT_LIMIT", { body: Buffer.alloc(100) }, "got 112 bytes"],
    ["CAPABILITY_INPUT_INVALID", { json: '{"sku":' }, "the arguments are not JSON"],
    ["CAPABILITY_INPUT_INVALID", { json: '{"sku":1}' }, "sku: "],
    ["CAPABILITY_INPUT_INVALID", { json: '{"sku":"A1","tenant":"other"}' }, "tenant"],
    ["CAPABILITY_INPUT_INVALID", { json: "null" }, "stock.get: "],
  ])("answers %s before the handler for %o", async (code, raw, message) => {
    const handle = vi.fn<Capability["handle"]>();
    const answer = dispatch(raw, handle);
    await expect(answer).rejects.toBeInstanceOf(CapabilityError);
    await expect(answer).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    expect(handle).not.toHaveBeenCalled();
  });

  test("answers CAPABILITY_INPUT_LIMIT to arguments that nest too deep, before anyone parses them", async () => {
    const handle = vi.fn<Capability["handle"]>(() => ({}));
    const open = { ...capability(handle), input: z.unknown(), maxInputBytes: 1_000 };
    const table = new Map([["stock.get", open]]);
    const nest = (levels: number): Promise<unknown> => {
      const args = Buffer.from(`${"[".repeat(levels)}"[[["${"]".repeat(levels)}`);
      return dispatchCall(table, { name: "stock.get", args, body: undefined }, context);
    };
    await expect(nest(256)).resolves.toEqual({});
    await expect(nest(257)).rejects.toMatchObject({
      code: "CAPABILITY_INPUT_LIMIT",
      message: "stock.get: the arguments are nested deeper than 256 levels",
    });
    expect(handle).toHaveBeenCalledOnce();
  });

  test("does not echo more of a name than a person would read", async () => {
    await expect(dispatch({ name: "x".repeat(10_000) }, () => ({}))).rejects.toSatisfy(
      (error: Error) => error.message.length < 200,
    );
  });

  test("passes on what the handler throws", async () => {
    const fault = new Error("password=1");
    await expect(
      dispatch({}, () => {
        throw fault;
      }),
    ).rejects.toBe(fault);
  });
});
