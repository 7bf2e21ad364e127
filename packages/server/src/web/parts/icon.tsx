/** Paths on a grid of 16, drawn with a stroke of 1.5. */
const PATHS = {
  alert: "M8 2.5 14.5 13.5H1.5ZM8 6.5v3M8 11.5v.1",
  archive: "M2 3h12v3H2ZM3 6v7h10V6M6.5 9h3",
  bell: "M4 11V7a4 4 0 0 1 8 0v4l1.5 1.5h-11ZM6.5 14.5h3",
  book: "M3 3h4a1 1 0 0 1 1 1v9.5a1.5 1.5 0 0 0-1.5-1H3ZM13 3H9a1 1 0 0 0-1 1v9.5a1.5 1.5 0 0 1 1.5-1H13Z",
  calendar: "M2.5 4h11v9.5h-11ZM2.5 7h11M5.5 2v3M10.5 2v3",
  chart: "M2.5 13.5v-11M2.5 13.5h11M5.5 11V8M8.5 11V5M11.5 11V7",
  check: "M3.5 8.5 6.5 11.5 12.5 4.5",
  "chevron-right": "M6.5 4 10.5 8 6.5 12",
  clock: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 5v3l2 1.5",
  code: "M5.5 4 1.5 8l4 4M10.5 4l4 4-4 4",
  copy: "M5.5 5.5h8v8h-8ZM10.5 5.5v-3h-8v8h3",
  cross: "M4 4l8 8M12 4l-8 8",
  database: "M2.5 4c0-2.7 11-2.7 11 0s-11 2.7-11 0v8c0 2.7 11 2.7 11 0V4M2.5 8c0 2.7 11 2.7 11 0",
  dot: "M8 11A3 3 0 1 0 8 5a3 3 0 0 0 0 6Z",
  external: "M6 3.5H3.5v9h9V10M9 3h4v4M13 3 7.5 8.5",
  filter: "M2 3.5h12L9.5 9v4.5l-3-1.5V9Z",
  gauge: "M2.5 12a6 6 0 1 1 11 0M8 10l3-3.5",
  globe: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM2 8h12M8 2c-4 3.5-4 8.5 0 12 4-3.5 4-8.5 0-12",
  inbox: "M2.5 9 4.5 3h7l2 6v4.5h-11ZM2.5 9H6l1 1.5h2L10 9h3.5",
  key: "M10.5 9a3.5 3.5 0 1 0-3.2-2L2.5 11.8v1.7h2.5V12h1.5v-1.5L8.2 9",
  lock: "M3.5 7h9v6.5h-9ZM5.5 7V5a2.5 2.5 0 0 1 5 0v2",
  lines: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
  more: "M3 8v.1M8 8v.1M13 8v.1",
  pause: "M5.5 4v8M10.5 4v8",
  play: "M5 3.2v9.6L12.5 8Z",
  plus: "M8 3.5v9M3.5 8h9",
  replay: "M13.5 8a5.5 5.5 0 1 1-2-4.2l2 1.7M13.5 2.5v3h-3",
  ring: "M8 13A5 5 0 1 0 8 3a5 5 0 0 0 0 10Z",
  "ring-dashed": "M8 3h1.5M12 5l.7 1.2M13 8v1.5M11.5 11.6l-1 .9M8 13H6.5M4 11l-.7-1.2M3 8V6.5M4.5 4.4l1-.9",
  "ring-part": "M8 3a5 5 0 1 1-5 5",
  "ring-slash": "M8 13.5A5.5 5.5 0 1 0 8 2.5a5.5 5.5 0 0 0 0 11ZM4.2 11.8l7.6-7.6",
  script: "M4 2.5h5.5L12.5 5.5v8h-8.5ZM9.5 2.5v3h3M6 8.5h4.5M6 11h3",
  search: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM10.7 10.7 14 14",
  server: "M2.5 3h11v4h-11ZM2.5 9h11v4h-11ZM5 5v.1M5 11v.1",
  settings:
    "M8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM8 1.5v2M8 12.5v2M1.5 8h2M12.5 8h2M3.4 3.4l1.4 1.4M11.2 11.2l1.4 1.4M12.6 3.4l-1.4 1.4M4.8 11.2l-1.4 1.4",
  shield: "M8 1.8 13 3.5v4c0 3-2 5.5-5 6.7-3-1.2-5-3.7-5-6.7v-4Z",
  stop: "M4 4h8v8H4Z",
  trash: "M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.7 9h6.6l.7-9M6.7 7v4M9.3 7v4",
  users:
    "M6 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM1.5 13.5c0-5 9-5 9 0M10.5 3.2a2.5 2.5 0 0 1 0 4.7M12 9.8c1.5.5 2.5 1.8 2.5 3.7",
  zap: "M9 1.5 3 9h4.5L7 14.5 13 7H8.5Z",
} as const;

export type IconName = keyof typeof PATHS;

/** A drawing of 16 px in the ink of its text. It says nothing by itself: the text beside it, or an aria-label, does. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
