/** What documentation and editors tell about a name. */
export interface NameDocumentation {
  readonly name: string;
  /** As in the documentation of functions; `…Constructor` is a class itself. */
  readonly type: string;
  /** Markdown. */
  readonly description: string;
}

/** Names that every expression knows, besides functions. */
export const RUNTIME_NAMES: readonly NameDocumentation[] = [
  { name: "$now", type: "DateTime", description: "The moment of the evaluation, the same throughout it." },
  { name: "$today", type: "DateTime", description: "The midnight at which the day of `$now` began." },
  {
    name: "DateTime",
    type: "DateTimeConstructor",
    description: "Luxon's dates with a time zone, e.g. `DateTime.fromISO(text)`.",
  },
  {
    name: "Duration",
    type: "DurationConstructor",
    description: "Luxon's spans of time, e.g. `Duration.fromObject({ days: 2 })`.",
  },
  {
    name: "Interval",
    type: "IntervalConstructor",
    description: "Luxon's times between two dates, e.g. `Interval.fromDateTimes(from, to)`.",
  },
  {
    name: "_",
    type: "any",
    description: "lodash, e.g. `_.groupBy(items, 'city')`, without what waits or remembers.",
  },
  {
    name: "$evaluateExpression",
    type: "function",
    description: "Evaluates a template that the expression has made itself, within the same limits.",
  },
];

/** Names that expressions know in data of `workflowData()`. */
export const WORKFLOW_NAMES: readonly NameDocumentation[] = [
  { name: "$json", type: "object", description: "The JSON of the current item." },
  { name: "$binary", type: "object", description: "The files of the current item, by name." },
  {
    name: "$input",
    type: "Input",
    description: "The items that the node gets: `first()`, `last()`, `all()`, `item`.",
  },
  {
    name: "$",
    type: "function",
    description: "`$('Node')`: what a node gave: `first()`, `last()`, `all()`, `item`.",
  },
  { name: "$node", type: "object", description: "Nodes by name: `$node['Node'].json`." },
  { name: "$items", type: "function", description: "`$items('Node')`: the items that a node gave." },
  { name: "$item", type: "function", description: "`$item(2).$json`: the data as another item sees it." },
  { name: "$itemIndex", type: "number", description: "Number of the current item, from 0." },
  { name: "$runIndex", type: "number", description: "How often the node ran before in this execution." },
  {
    name: "$prevNode",
    type: "object",
    description: "The node that gave the current item: `name`, `outputIndex`, `runIndex`.",
  },
  {
    name: "$parameter",
    type: "object",
    description: "Parameters of the current node; expressions in them are evaluated.",
  },
  {
    name: "$rawParameter",
    type: "object",
    description: "Parameters of the current node as they are written.",
  },
  { name: "$workflow", type: "object", description: "The workflow: `id`, `name`, `active`." },
  { name: "$execution", type: "object", description: "The execution: `id`, `mode`, …" },
  { name: "$mode", type: "string", description: "How the workflow was started." },
  { name: "$vars", type: "object", description: "Variables of the host." },
  { name: "$secrets", type: "object", description: "Secrets of the host." },
  { name: "$env", type: "object", description: "Environment variables, where the host allows it." },
  { name: "$fromAI", type: "function", description: "`$fromAI('key')`: a value that a model has filled in." },
  {
    name: "$getPairedItem",
    type: "function",
    description: "The item of an earlier node that an item came from.",
  },
];

/** Built-ins of the language that editors offer, and what they are. */
export const LANGUAGE_TYPES: Readonly<Record<string, string>> = {
  Array: "ArrayConstructor",
  BigInt: "function",
  Boolean: "function",
  Date: "DateConstructor",
  Infinity: "number",
  Intl: "any",
  JSON: "JSON",
  Map: "function",
  Math: "Math",
  NaN: "number",
  Number: "NumberConstructor",
  Object: "ObjectConstructor",
  RegExp: "function",
  Set: "function",
  String: "StringConstructor",
  decodeURI: "function",
  decodeURIComponent: "function",
  encodeURI: "function",
  encodeURIComponent: "function",
  isFinite: "function",
  isNaN: "function",
  parseFloat: "function",
  parseInt: "function",
  undefined: "undefined",
};

/** What calls of built-ins give. */
export const LANGUAGE_RESULTS: Readonly<Record<string, string>> = {
  Array: "any[]",
  Boolean: "boolean",
  Date: "string",
  Number: "number",
  Object: "object",
  String: "string",
  decodeURI: "string",
  decodeURIComponent: "string",
  encodeURI: "string",
  encodeURIComponent: "string",
  isFinite: "boolean",
  isNaN: "boolean",
  parseFloat: "number",
  parseInt: "number",
};
