import type { Messages } from "../../web/messages/messages.ts";
import type { PlaygroundForm } from "./playground-form.ts";

export interface PlaygroundExample extends Pick<PlaygroundForm, "mode" | "code" | "data"> {
  readonly name: keyof Messages["playground"]["examples"];
}

const ORDER = JSON.stringify(
  {
    $json: {
      customer: { name: "ada lovelace", email: "Ada@Example.com" },
      placedAt: "2026-03-29T09:30:00Z",
      items: [
        { sku: "A1", quantity: 2, price: 9.5 },
        { sku: "B7", quantity: 1, price: 40 },
      ],
    },
  },
  null,
  2,
);

export const EXAMPLES: readonly PlaygroundExample[] = [
  { name: "greeting", mode: "template", code: "Hello {{ $json.customer.name.toTitleCase() }}!", data: ORDER },
  {
    name: "total",
    mode: "expression",
    code: "$json.items.reduce((sum, item) => sum + item.quantity * item.price, 0)",
    data: ORDER,
  },
  { name: "list", mode: "expression", code: '$json.items.map((item) => item.sku).join(", ")', data: ORDER },
  {
    name: "date",
    mode: "template",
    code: "Due {{ DateTime.fromISO($json.placedAt).plus({ days: 14 }).toFormat('d MMMM yyyy') }}",
    data: ORDER,
  },
  { name: "fallback", mode: "expression", code: '$json.customer.phone ?? "no phone"', data: ORDER },
];
