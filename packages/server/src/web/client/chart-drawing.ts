import { findNearest, findTicks, splitAtGaps } from "./chart-scale.ts";
import { formatValue } from "./chart-values.ts";
import type { ChartUnit } from "./chart-values.ts";
import { pageLanguage } from "./dom.ts";

/** The JSON that `TimeChart` writes; `times` in seconds of the Unix epoch, ascending. */
export interface ChartData {
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
  readonly kind: "line" | "bars";
  readonly unit: ChartUnit;
}

interface ChartLine {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly tone?: keyof typeof COLORS;
}

/** Colours are the page's variables, so a change of theme needs no drawing. */
const COLORS = {
  accent: "var(--accent)",
  good: "var(--good)",
  bad: "var(--bad)",
  warn: "var(--warn)",
  quiet: "var(--edge)",
} as const;

const HEIGHT_PX = 200;
const LEFT_PX = 56;
const RIGHT_PX = 12;
const TOP_PX = 8;
const BOTTOM_PX = 24;
const TIME_LABEL_PX = 110;
const VALUE_LINES = 4;
/** Of the distance between two bars. */
const BAR_SHARE = 0.7;
const MAX_BAR_PX = 40;
const DAY_SECONDS = 86_400;

type Attributes = Readonly<Record<string, string | number>>;

/** Where values are in the drawing. */
interface Plane {
  readonly data: ChartData;
  readonly width: number;
  readonly ticks: readonly number[];
  readonly x: (time: number) => number;
  readonly y: (value: number) => number;
}

/** A drawing of the values over time, with a legend that says those at the pointer. */
export function drawChart(data: ChartData, width: number): Element {
  const plane = createPlane(data, width);
  const drawing = makeSvg("svg", { width, height: HEIGHT_PX, viewBox: `0 0 ${width} ${HEIGHT_PX}` }, [
    ...drawGrid(plane),
    ...data.lines.flatMap((line) => (data.kind === "bars" ? drawBars(plane, line) : drawLine(plane, line))),
  ]);
  drawing.style.font = "12px var(--sans)";
  drawing.style.display = "block";
  const { element: legend, show } = createLegend(data);
  const hair = makeSvg("line", { y1: TOP_PX, y2: HEIGHT_PX - BOTTOM_PX, stroke: "var(--dim)" });
  drawing.addEventListener("pointermove", ({ offsetX }) => {
    const index = findNearest(data.times.map(plane.x), offsetX);
    const x = plane.x(data.times[index] ?? 0);
    setAttributes(hair, { x1: x, x2: x });
    drawing.append(hair);
    show(index);
  });
  drawing.addEventListener("pointerleave", () => {
    hair.remove();
    show(undefined);
  });
  const figure = document.createElement("div");
  figure.append(drawing, legend);
  return figure;
}

function createPlane(data: ChartData, width: number): Plane {
  const { times, lines, kind } = data;
  const values = lines.flatMap((line) => line.values).map((value) => value ?? 0);
  const ticks = findTicks(Math.max(0, ...values), VALUE_LINES);
  const [first = 0, last = first] = [times[0], times.at(-1)];
  // Half a bar stands out at either end.
  const inset = kind === "bars" ? Math.min(MAX_BAR_PX, (width - LEFT_PX) / (times.length + 1)) / 2 : 0;
  const [left, right] = [LEFT_PX + inset, width - RIGHT_PX - inset];
  const [top, bottom] = [TOP_PX, HEIGHT_PX - BOTTOM_PX];
  return {
    data,
    width,
    ticks,
    x: (time) =>
      last === first ? (left + right) / 2 : left + ((time - first) / (last - first)) * (right - left),
    y: (value) => bottom - (value / (ticks.at(-1) ?? 1)) * (bottom - top),
  };
}

function drawGrid({ data, width, ticks, x, y }: Plane): Element[] {
  const { onAxis } = createTimeFormats(data);
  const labels = Math.max(1, Math.floor((width - LEFT_PX) / TIME_LABEL_PX));
  const every = Math.ceil(data.times.length / labels);
  const times = data.times.filter((_, index) => index % every === 0);
  return [
    ...ticks.flatMap((tick) => [
      makeSvg("line", { x1: LEFT_PX, x2: width - RIGHT_PX, y1: y(tick), y2: y(tick), stroke: "var(--line)" }),
      makeText(formatValue(tick, data.unit), { x: LEFT_PX - 8, y: y(tick) + 4, "text-anchor": "end" }),
    ]),
    ...times.map((time) =>
      makeText(onAxis(time), {
        x: Math.min(Math.max(x(time), LEFT_PX), width - RIGHT_PX - TIME_LABEL_PX / 3),
        y: HEIGHT_PX - 6,
        "text-anchor": "middle",
      }),
    ),
  ];
}

function drawLine({ data, x, y }: Plane, { values, tone = "accent" }: ChartLine): Element[] {
  return splitAtGaps(values).map((run) => {
    const points = run.map(([index, value]) => `${x(data.times[index] ?? 0)} ${y(value)}`);
    // A point by itself is a line of no length, which round ends make visible.
    const d = `M${points.join("L")}${points.length === 1 ? "h0" : ""}`;
    const ends = { "stroke-linecap": "round", "stroke-linejoin": "round" };
    return makeSvg("path", { d, fill: "none", stroke: COLORS[tone], "stroke-width": 1.75, ...ends });
  });
}

function drawBars({ data, width, x, y }: Plane, { values, tone = "accent" }: ChartLine): Element[] {
  const room = (width - LEFT_PX - RIGHT_PX) / Math.max(1, data.times.length);
  const barWidth = Math.max(1, Math.min(MAX_BAR_PX, room * BAR_SHARE));
  return values.flatMap((value, index) => {
    if (value === null || value === 0) return [];
    const left = x(data.times[index] ?? 0) - barWidth / 2;
    const height = y(0) - y(value);
    return [makeSvg("rect", { x: left, y: y(value), width: barWidth, height, fill: COLORS[tone] })];
  });
}

function createLegend(data: ChartData) {
  const { times, lines, unit } = data;
  const { inLegend } = createTimeFormats(data);
  const element = document.createElement("div");
  element.style.cssText = `display: flex; flex-wrap: wrap; align-items: center; gap: 0 16px; min-height: 20px; padding-left: ${LEFT_PX}px;
    color: var(--dim); font-size: var(--tiny); font-variant-numeric: tabular-nums;`;
  const time = document.createElement("span");
  const values = lines.map(({ name, tone = "accent" }) => {
    const value = document.createElement("span");
    value.style.cssText = `padding-left: 8px; border-left: 8px solid ${COLORS[tone]}; line-height: 12px;`;
    value.textContent = name;
    return value;
  });
  element.append(...values, time);
  return {
    element,
    /** Says the values at an index; without one, the names alone. */
    show: (index: number | undefined): void => {
      time.textContent = index === undefined ? "" : inLegend(times[index] ?? 0);
      for (const [place, { name, values: all }] of lines.entries()) {
        const value = index === undefined ? null : (all[index] ?? null);
        const text = value === null ? name : `${name} ${formatValue(value, unit)}`;
        values[place]?.replaceChildren(text);
      }
    },
  };
}

/** How moments are said: days of UTC where each value is of a day, else hours of the viewer's own. */
function createTimeFormats({ times }: ChartData) {
  const [first = 0, second = first] = times;
  const isDaily = second - first >= DAY_SECONDS;
  const axis = new Intl.DateTimeFormat(
    pageLanguage(),
    isDaily
      ? { month: "short", day: "numeric", timeZone: "UTC" }
      : { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  );
  const legend = new Intl.DateTimeFormat(
    pageLanguage(),
    isDaily ? { dateStyle: "medium", timeZone: "UTC" } : { dateStyle: "medium", timeStyle: "short" },
  );
  return {
    onAxis: (time: number) => axis.format(time * 1_000),
    inLegend: (time: number) => legend.format(time * 1_000),
  };
}

function makeText(text: string, attributes: Attributes): Element {
  return makeSvg("text", { fill: "var(--dim)", ...attributes }, [text]);
}

function makeSvg<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Attributes,
  children: readonly (Element | string)[] = [],
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  setAttributes(element, attributes);
  element.append(...children);
  return element;
}

function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}
