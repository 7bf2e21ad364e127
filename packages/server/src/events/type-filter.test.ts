import { expect, test } from "vitest";
import { createTypeFilter, typeFilter } from "./type-filter.ts";

const TYPES = ["order", "order.created", "order.created.eu", "orders.created", "ship.arrived", "a-b_c.d"];

test.each([
  ["", TYPES],
  ["order", ["order", "order.created", "order.created.eu", "orders.created"]],
  ["order.", ["order.created", "order.created.eu"]],
  ["order.*", ["order.created"]],
  ["order.**", ["order", "order.created", "order.created.eu"]],
  ["*.created", ["order.created", "orders.created"]],
  ["order*.created", ["order.created", "orders.created"]],
  ["*er*", []],
  ["o*r.*.eu", ["order.created.eu"]],
  ["*", ["order"]],
  ["**", TYPES],
  ["a-*.d", ["a-b_c.d"]],
])("%j", (filter, types) => {
  if (filter === "*er*") expect(typeFilter.safeParse(filter).success).toBe(false);
  else expect(TYPES.filter(createTypeFilter(filter))).toEqual(types);
});

test.each(["***", "**.a", "a**", "a.**.b", "(", "a b", "A", "a\\", "x".repeat(201)])(
  "%j is none",
  (filter) => {
    expect(typeFilter.safeParse(filter).success).toBe(false);
  },
);
