import type { HostData } from "@skerry/expressions";

/** A template that both sides evaluate over the same data. */
export interface Sample {
  readonly what: string;
  readonly template: string;
  /** What the peer's own first stage, which is in another package of theirs, makes of the template. Default: the same. */
  readonly peerTemplate?: string;
  readonly data: HostData;
}

/** As much as an item of a workflow or a form has. */
const ORDER: HostData = {
  $json: {
    user: { firstName: "Ada", lastName: "Lovelace", fullName: "ada lovelace", email: "ada@example.com" },
    order: { id: "A-1001", total: 129.5, quantity: 3, currency: "EUR", paid: true, note: null },
  },
};

/** Some 200 values. What is touched lies deep in it, and a crossing may bring all of it along. */
const PARCELS: HostData = {
  $json: {
    parcels: Array.from({ length: 10 }, (_, parcel) => ({
      lines: Array.from({ length: 4 }, (_, line) => ({
        product: { sku: `SKU-${parcel}-${line}`, tags: ["new", "retail", "eu"] },
      })),
    })),
  },
};

export const SIMPLE_SAMPLES: readonly Sample[] = [
  { what: "simple path", template: "{{ $json.user.email }}", data: ORDER },
  { what: "concatenation", template: "{{ $json.user.firstName + ' ' + $json.user.lastName }}", data: ORDER },
  {
    what: "text with two paths",
    template: "Dear {{ $json.user.firstName }}, order {{ $json.order.id }} is ready",
    data: ORDER,
  },
  { what: "arithmetic", template: "{{ $json.order.total * $json.order.quantity + 4.5 }}", data: ORDER },
  {
    what: "extension call",
    template: "{{ $json.user.fullName.toTitleCase() }}",
    peerTemplate: '{{ extend($json.user.fullName, "toTitleCase", []) }}',
    data: ORDER,
  },
  { what: "deep index", template: "{{ $json.parcels[7].lines[2].product.tags[1] }}", data: PARCELS },
];

const ARRAY_TEMPLATES = {
  map: "{{ $json.items.map((item) => item.id) }}",
  filter: "{{ $json.items.filter((item) => item.paid) }}",
  "JSON.stringify": "{{ JSON.stringify($json.items) }}",
  "whole array": "{{ $json.items }}",
};

/** Work over `count` items. */
export function arraySamples(count: number): Sample[] {
  const data = makeItems(count);
  return Object.entries(ARRAY_TEMPLATES).map(([work, template]) => {
    return { what: `${work}, ${count.toLocaleString("en")} items`, template, data };
  });
}

export function makeItems(count: number): HostData {
  const items = Array.from({ length: count }, (_, index) => ({
    id: index,
    sku: `SKU-${index}`,
    customer: { name: `Customer ${index}`, city: "Lisbon" },
    price: index / 100,
    quantity: index % 7,
    paid: index % 2 === 0,
  }));
  return { $json: { items } };
}

/** The same template so that direct evaluation leaves it to the guest: each expression is the body of a function there. */
export function forGuest(template: string): string {
  return template.replaceAll(/\{\{(.*?)\}\}/g, "{{ (() =>$1)() }}");
}
