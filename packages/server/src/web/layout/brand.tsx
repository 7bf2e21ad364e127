import type { View } from "../view.ts";

/** The product's name, which leads home. */
export function Brand({ view }: { readonly view: Pick<View, "link"> }) {
  return (
    <a class="brand" href={view.link("/")}>
      <BrandMark />
      Skerry
    </a>
  );
}

/** A rock in the sea, which is what a skerry is. */
function BrandMark() {
  return (
    <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
      <path d="M2.5 13 8 4l3.2 5L13 6.5 17.5 13Z" fill="currentColor" />
      <path
        d="M1.5 16.500c2-1.5 3.5-1.5 5.5 0s3.5 1.5 5.5 0 3.5-1.5 6 0"
        fill="none"
        stroke="currentColor"
        stroke-width="1.5"
      />
    </svg>
  );
}
