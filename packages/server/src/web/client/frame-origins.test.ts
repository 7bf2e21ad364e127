import { expect, test } from "vitest";
import { isFrameAncestor } from "./frame-origins.ts";

const SOURCES = ["'self'", "https://app.example.com", "https://*.customer.example:8443", "*", "https:"];

test.each([
  ["https://skerry.example", true],
  ["https://app.example.com", true],
  ["https://one.customer.example:8443", true],
  ["https://app.example.com.evil.example", false],
  ["https://evilapp.example.com", false],
  ["http://app.example.com", false],
  ["https://customer.example:8443", false],
  ["https://.customer.example:8443", false],
  ["https://evilcustomer.example:8443", false],
  ["http://one.customer.example:8443", false],
  ["https://anybody.example", false],
  ["null", false],
])("%s: %s", (origin, isAllowed) => {
  expect(isFrameAncestor(origin, SOURCES, "https://skerry.example")).toBe(isAllowed);
});
