import { afterAll, beforeAll, expect, test } from "vitest";
import { ExpressionEvaluator, IsolatedVmBridge } from "../../index.ts";

let evaluator: ExpressionEvaluator;

beforeAll(async () => {
  evaluator = new ExpressionEvaluator({ createBridge: () => new IsolatedVmBridge() });
  await evaluator.initialize();
});

afterAll(() => evaluator.dispose());

/** Names of the runtime with a value. */
const NAMES =
  "DateTime Duration Interval _ $ifEmpty $min $max $average $not $jmespath numberList zip toPathSegment extend extendOptional";

/** What an expression can get from the runtime by calls. */
const PRODUCTS = `[
  $now, $today, DateTime.utc(), DateTime.fromMillis(0, { zone: "Asia/Tokyo" }), DateTime.invalid("x"),
  DateTime.DATE_FULL, Duration.fromMillis(1), $now.diff($today), Interval.fromDateTimes($today, $now), $now.loc, $now.zone,
  _([1]), _.chain([1]), _([1, 2]).map(_.identity).__wrapped__, _.memoize(_.identity).cache, _.templateSettings,
  (() => { let stack; _.isEqualWith({ a: [1] }, { a: [1] }, (...args) => { stack = args[5] }); return stack })(),
  (() => { let stack; _.cloneDeepWith({ a: [1] }, (...args) => { stack = args[3] }); return stack })(),
  ...[
    () => DateTime.fromObject({ bogus: 1 }), () => DateTime.fromMillis("x"), () => (5).toTitleCase(),
    () => $jmespath({}, "["), () => _.chunk.call.call(1), () => $now.plus({ bogus: 1 }), () => $now.setZone({}),
  ].map(run => { try { return run() } catch (error) { return error } }),
]`;

/** Classes and prototypes that can be reached, and are not frozen: what is left on them, others would find. */
const WALK = `{{ (roots => {
  const open = [], seen = new Set(), queue = roots.map(root => ["", root]);
  for (const [path, value] of queue) {
    if (Object(value) !== value || seen.has(value)) continue;
    seen.add(value);
    const isShared = typeof value === "function" || Object.hasOwn(value, "constructor");
    if (isShared && !Object.isFrozen(value)) open.push(path);
    queue.push([path + ".__proto__", Object.getPrototypeOf(value)]);
    for (const key of Object.getOwnPropertyNames(value)) {
      const descriptor = Object.getOwnPropertyDescriptor(value, key);
      if ("value" in descriptor) queue.push([path + "." + key, descriptor.value]);
    }
  }
  return open;
})([...Object.values({ ${NAMES.split(" ").join(", ")} }), ...${PRODUCTS}]) }}`;

test("nothing of the runtime that expressions can get hold of can be changed", async () => {
  const open = (await evaluator.evaluate(WALK, {})) as string[];
  // The walk's own functions have prototypes of their own, and lodash makes a new function for each step of a chain.
  expect(open.filter((path) => path !== "" && !/^\.(?:prototype|__actions__)/.test(path))).toEqual([]);
});

test.for([
  ["{{ (DateTime.fromMillis = () => 666, 0) }}", "{{ DateTime.fromMillis(0).toMillis() }}", 0],
  [
    "{{ (DateTime.prototype.toISO = () => 'x', 0) }}",
    "{{ DateTime.fromMillis(0).toUTC().toISO() }}",
    "1970-01-01T00:00:00.000Z",
  ],
  ["{{ (_.chunk = 5, _.zork = 1, 0) }}", "{{ [typeof _.chunk, _.zork] }}", ["function", undefined]],
  ["{{ ($ifEmpty.x = 1, 0) }}", "{{ $ifEmpty.x }}", undefined],
  [
    "{{ ($now.zone.offset = () => 600, 0) }}",
    "{{ DateTime.fromMillis(0, { zone: 'Asia/Tokyo' }).offset }}",
    540,
  ],
  [
    "{{ ($now.loc.constructor.create = 0, 0) }}",
    "{{ DateTime.fromMillis(0, { locale: 'fr', zone: 'utc' }).toFormat('LLLL') }}",
    "janvier",
  ],
  ["{{ (DateTime.DATE_FULL.year = 'zork', 0) }}", "{{ DateTime.DATE_FULL.year }}", "numeric"],
  [
    "{{ Duration.fromMillis(1).matrix.days.hours = 1 }}",
    "{{ Duration.fromObject({ days: 1 }).as('hours') }}",
    24,
  ],
  ["{{ (_(1).constructor.prototype.value = () => 5, 0) }}", "{{ _(1).value() }}", 1],
])("%s leaves nothing behind for %s", async ([tamper, template, value]) => {
  await evaluator.evaluate(tamper, {}, { errors: "undefined" });
  expect(await evaluator.evaluate(template, {})).toEqual(value);
});
