import { describe, expect, test } from "vitest";
import { AbortController as GuestController, AbortSignal as GuestSignal } from "./abort.ts";
import { Event as GuestEvent, EventTarget as GuestTarget } from "./event-target.ts";

describe("AbortSignal", () => {
  test("aborts once, with its reason, and tells everybody", () => {
    const controller = new GuestController();
    const { signal } = controller;
    const told: string[] = [];
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- it is what is tested
    signal.onabort = (event) => told.push(`handler ${event.type}`);
    signal.addEventListener("abort", { handleEvent: () => told.push("object") });
    signal.addEventListener("abort", () => told.push("function"), { once: true });
    expect([signal.aborted, signal.reason]).toEqual([false, undefined]);
    controller.abort("enough");
    controller.abort("again");
    expect(told.sort()).toEqual(["function", "handler abort", "object"]);
    expect([signal.aborted, signal.reason]).toEqual([true, "enough"]);
    expect(() => signal.throwIfAborted()).toThrow("enough");
  });

  test("gives a DOMException when no reason is given", () => {
    expect(GuestSignal.abort().reason).toMatchObject({ name: "AbortError", code: 20 });
    expect(() => GuestSignal.abort().throwIfAborted()).toThrow(
      expect.objectContaining({ name: "AbortError" }),
    );
  });

  test("any follows the first of its sources, with or without listeners", () => {
    const [first, second] = [new GuestController(), new GuestController()];
    const silent = GuestSignal.any([first.signal, second.signal]);
    const loud = GuestSignal.any([first.signal, silent]);
    const told: unknown[] = [];
    loud.addEventListener("abort", () => told.push(loud.reason));
    second.abort("second");
    first.abort("first");
    expect(told).toEqual(["second"]);
    expect([silent.reason, loud.reason]).toEqual(["second", "second"]);
    expect(GuestSignal.any([GuestSignal.abort("before")]).reason).toBe("before");
    expect(GuestSignal.any([]).aborted).toBe(false);
  });

  test("refuses what is no signal and no time", () => {
    expect(() => new GuestSignal()).toThrow(/Illegal constructor/);
    expect(() => GuestSignal.any([{ aborted: true } as never])).toThrow(TypeError);
    expect(() => GuestSignal.timeout(-1)).toThrow(RangeError);
    expect(() => GuestSignal.timeout("soon")).toThrow(RangeError);
  });
});

describe("EventTarget", () => {
  test("calls listeners in order, each once, and those removed meanwhile not at all", () => {
    const target = new GuestTarget();
    const told: string[] = [];
    const last = (): number => told.push("last");
    const first = (): void => {
      told.push("first");
      target.removeEventListener("ping", last);
      target.addEventListener("ping", () => told.push("added too late"));
    };
    target.addEventListener("ping", first);
    target.addEventListener("ping", first);
    target.addEventListener("ping", last);
    target.addEventListener("pong", () => told.push("pong"));
    expect(target.dispatchEvent(new GuestEvent("ping"))).toBe(true);
    expect(told).toEqual(["first"]);
  });

  test("a listener that throws does not stop the others, one that says so does", () => {
    const target = new GuestTarget();
    const told: unknown[] = [];
    target.addEventListener("ping", () => {
      throw new Error("broken");
    });
    target.addEventListener("ping", (event) => {
      told.push(event.target);
      event.preventDefault();
      event.stopImmediatePropagation();
    });
    target.addEventListener("ping", () => told.push("never"));
    expect(target.dispatchEvent(new GuestEvent("ping", { cancelable: true }))).toBe(false);
    expect(told).toEqual([target]);
  });

  test("a signal takes its listener away", () => {
    const target = new GuestTarget();
    const controller = new GuestController();
    const told: string[] = [];
    target.addEventListener("ping", () => told.push("ping"), { signal: controller.signal });
    controller.abort();
    target.dispatchEvent(new GuestEvent("ping"));
    expect(told).toEqual([]);
  });
});
