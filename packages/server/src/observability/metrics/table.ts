import { SHARED_METRICS, STATE_METRICS } from "./state-metrics.ts";
import { WORK_METRICS } from "./work-metrics.ts";
import type { MetricDefinition } from "./metric.ts";

/** Every metric that Skerry exports, by name; `docs/metrics.md` is generated from it. */
export const METRICS = { ...WORK_METRICS, ...STATE_METRICS, ...SHARED_METRICS } as const;

type Table = typeof METRICS;

/** The names of metrics of one kind, or of all. */
export type MetricName<Kind extends MetricDefinition["kind"] = MetricDefinition["kind"]> = {
  [Name in keyof Table]: Table[Name]["kind"] extends Kind ? Name : never;
}[keyof Table];

/** What a measurement of a metric must be told by: the listed values, or any text where the table takes any. */
export type AttributesOf<Name extends MetricName> = {
  readonly [
    Attribute in keyof Table[Name]["attributes"]
  ]: Table[Name]["attributes"][Attribute] extends readonly (infer Value)[] ? Value : string;
};
