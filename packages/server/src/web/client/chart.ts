/** `<x-chart>`: what pages with charts load besides. */
import { drawChart } from "./chart-drawing.ts";
import type { ChartData } from "./chart-drawing.ts";

/** Draws the data that stands in it as JSON, as wide as it is; anew when its width changes. */
class XChart extends HTMLElement {
  readonly #sizes = new ResizeObserver(() => {
    if (this.clientWidth !== this.#width) this.#draw();
  });
  #width = 0;
  #drawing: Element | undefined;

  connectedCallback(): void {
    this.#sizes.observe(this);
  }

  disconnectedCallback(): void {
    this.#sizes.disconnect();
  }

  #draw(): void {
    const text = this.querySelector("script")?.textContent;
    if (!text) return;
    this.#width = this.clientWidth;
    const drawing = drawChart(JSON.parse(text) as ChartData, this.#width);
    this.#drawing?.remove();
    this.#drawing = drawing;
    this.append(drawing);
  }
}

customElements.define("x-chart", XChart);
