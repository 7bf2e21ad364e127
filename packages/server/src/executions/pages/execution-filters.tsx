import { EXECUTION_STATES, EXECUTION_TRIGGERS } from "../../db/schema.ts";
import { isUuid } from "../../rest/ids.ts";
import { FilterBar } from "../../web/parts/filter-bar.tsx";
import type { View } from "../../web/view.ts";
import { shortId } from "./execution-row.tsx";
import { RANGES } from "./list-query.ts";
import type { ListFilter } from "./list-query.ts";

export interface ExecutionFiltersProps {
  readonly view: View;
  readonly filter: ListFilter;
  /** Names to choose from; others can be typed. */
  readonly scripts: readonly string[];
}

/** Filters that links of other pages set: they can be taken away here alone. */
const LINKED = ["parent", "job", "eventId", "requestId"] as const;

export function ExecutionFilters({ view, filter, scripts }: ExecutionFiltersProps) {
  const t = view.t.executions;
  return (
    <FilterBar view={view} path="/executions">
      <input
        type="search"
        name="script"
        list="script-names"
        value={filter.script}
        placeholder={t.script}
        aria-label={t.script}
        maxlength={100}
        autocomplete="off"
      />
      <datalist id="script-names">
        {scripts.map((name) => (
          <option value={name} />
        ))}
      </datalist>
      <Choice name="status" label={t.status} any={t.anyStatus} value={filter.status}>
        {EXECUTION_STATES.map((status) => [status, view.t.parts.statuses[status]])}
      </Choice>
      <Choice name="trigger" label={t.trigger} any={t.anyTrigger} value={filter.trigger}>
        {EXECUTION_TRIGGERS.map((trigger) => [trigger, t.triggers[trigger]])}
      </Choice>
      <Choice name="range" label={t.range} any={t.anyTime} value={filter.range}>
        {RANGES.map((range) => [range, t.ranges[range]])}
      </Choice>
      <span class="custom-range">
        <label>
          {t.from}
          <input type="datetime-local" name="from" value={filter.from} placeholder=" " />
        </label>
        <label>
          {t.to}
          <input type="datetime-local" name="to" value={filter.to} placeholder=" " />
        </label>
      </span>
      <input
        class="attempt-filter"
        type="number"
        name="attempt"
        min={1}
        max={1_000}
        value={filter.attempt}
        placeholder={t.attempt}
        aria-label={t.attempt}
      />
      {LINKED.map((name) => (
        <LinkedFilter name={name} label={t.linkedFilters[name]} value={filter[name]} />
      ))}
    </FilterBar>
  );
}

interface LinkedFilterProps {
  readonly name: (typeof LINKED)[number];
  readonly label: string;
  readonly value: string | undefined;
}

function LinkedFilter({ name, label, value }: LinkedFilterProps) {
  if (value === undefined) return null;
  return (
    <label title={value}>
      <input type="checkbox" name={name} value={value} checked />
      {label}
      <code class="truncate">{isUuid(value) ? shortId(value) : value}</code>
    </label>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  /** What stands for no choice. */
  readonly any: string;
  readonly value: string | undefined;
  readonly children: readonly (readonly [value: string, text: string])[];
}

function Choice({ name, label, any, value, children }: ChoiceProps) {
  return (
    <select name={name} aria-label={label}>
      <option value="">{any}</option>
      {children.map(([each, text]) => (
        <option value={each} selected={each === value}>
          {text}
        </option>
      ))}
    </select>
  );
}
