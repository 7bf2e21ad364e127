import { Icon } from "../../web/parts/icon.tsx";
import type { View } from "../../web/view.ts";
import type { TourStep } from "./tour-steps.ts";

export interface TourProps {
  readonly view: View;
  readonly steps: readonly TourStep[];
}

/** A panel that leads through the demo scripts, open at the first that has not run yet. */
export function Tour({ view, steps }: TourProps) {
  const { tour } = view.t;
  const done = steps.filter(({ isDone }) => isDone).length;
  const next = steps.find(({ isDone }) => !isDone);
  return (
    <section class="panel tour" aria-labelledby="tour-title">
      <header>
        <h2 id="tour-title">{tour.title}</h2>
        <form method="post" action={view.href("/tour/dismiss")}>
          <button class="icon-button" aria-label={tour.dismiss} title={tour.dismiss}>
            <Icon name="cross" />
          </button>
        </form>
      </header>
      <p class="dim">{next === undefined ? tour.finished : tour.intro}</p>
      <p class="tour-progress">
        <progress max={steps.length} value={done} aria-label={tour.title} />
        <span class="dim number">{tour.progress(done, steps.length)}</span>
      </p>
      <ol>
        {steps.map((step) => (
          <Step view={view} step={step} isOpen={step === next} />
        ))}
      </ol>
    </section>
  );
}

function Step({
  view,
  step,
  isOpen,
}: {
  readonly view: View;
  readonly step: TourStep;
  readonly isOpen: boolean;
}) {
  const { tour, scripts } = view.t;
  const { type, name, isDone, url, scriptUrl } = step;
  const texts = tour.steps[type];
  return (
    <li>
      <details name="tour" open={isOpen}>
        <summary class={isDone ? "done" : undefined}>
          <Icon name={isDone ? "check" : "ring"} />{" "}
          {isDone && <span class="visually-hidden">{tour.done}</span>}
          <strong class="mono">{name}</strong> <span class="tag">{scripts.types[type]}</span> {texts.shows}
        </summary>
        <div class="tour-step">
          <p>{texts.try}</p>
          <div class="actions">
            <a class="small primary button" href={url} target={type === "http" ? "_blank" : undefined}>
              {texts.link}
            </a>
            {url !== scriptUrl && (
              <a class="small button" href={scriptUrl}>
                {tour.open}
              </a>
            )}
          </div>
        </div>
      </details>
    </li>
  );
}
