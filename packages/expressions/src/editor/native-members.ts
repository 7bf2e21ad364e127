/** A member that values have without the runtime: a method's `type` is that of its result. */
export interface NativeMember {
  readonly isMethod: boolean;
  /**
   * A type as in the documentation of functions, or one that depends on the receiver: `same` (an array of the same
   * elements), `element`, `mapped` (an array of what the callback gives).
   */
  readonly type: string;
}

/** `name:type` is a property, `name():type` a method. */
const MEMBERS: Readonly<Record<string, string>> = {
  string:
    "length:number at():string charAt():string charCodeAt():number codePointAt():number concat():string " +
    "endsWith():boolean includes():boolean indexOf():number lastIndexOf():number localeCompare():number match():any " +
    "matchAll():any normalize():string padEnd():string padStart():string repeat():string replace():string " +
    "replaceAll():string search():number slice():string split():string[] startsWith():boolean substring():string " +
    "toLocaleLowerCase():string toLocaleUpperCase():string toLowerCase():string toUpperCase():string trim():string " +
    "trimEnd():string trimStart():string",
  number:
    "toExponential():string toFixed():string toLocaleString():string toPrecision():string toString():string",
  boolean: "toString():string",
  array:
    "length:number at():element concat():same every():boolean fill():same filter():same find():element " +
    "findIndex():number findLast():element findLastIndex():number flat():any[] flatMap():any[] forEach():undefined " +
    "includes():boolean indexOf():number join():string lastIndexOf():number map():mapped pop():element push():number " +
    "reduce():any reduceRight():any reverse():same shift():element slice():same some():boolean sort():same " +
    "splice():same toReversed():same toSorted():same toSpliced():same unshift():number with():same",
  DateTime:
    "day:number daysInMonth:number hour:number isInDST:boolean isInLeapYear:boolean isValid:boolean locale:string " +
    "millisecond:number minute:number month:number monthLong:string monthShort:string offset:number " +
    "ordinal:number quarter:number second:number weekNumber:number weekYear:number weekday:number " +
    "weekdayLong:string weekdayShort:string weeksInWeekYear:number year:number zoneName:string diff():Duration " +
    "diffNow():Duration endOf():DateTime equals():boolean get():number hasSame():boolean minus():DateTime " +
    "plus():DateTime reconfigure():DateTime set():DateTime setLocale():DateTime setZone():DateTime " +
    "startOf():DateTime toFormat():string toHTTP():string toISO():string toISODate():string toISOTime():string " +
    "toJSDate():Date toLocal():DateTime toLocaleString():string toMillis():number toObject():object " +
    "toRFC2822():string toRelative():string toRelativeCalendar():string toSQL():string toSeconds():number " +
    "toUTC():DateTime until():Interval valueOf():number",
  Date:
    "getDate():number getDay():number getFullYear():number getHours():number getMilliseconds():number " +
    "getMinutes():number getMonth():number getSeconds():number getTime():number getTimezoneOffset():number " +
    "getUTCDate():number getUTCDay():number getUTCFullYear():number getUTCHours():number getUTCMinutes():number " +
    "getUTCMonth():number getUTCSeconds():number toISOString():string toJSON():string toLocaleDateString():string " +
    "toLocaleString():string toLocaleTimeString():string toString():string",
  Duration:
    "days:number hours:number isValid:boolean milliseconds:number minutes:number months:number seconds:number " +
    "weeks:number years:number as():number minus():Duration normalize():Duration plus():Duration rescale():Duration " +
    "shiftTo():Duration toFormat():string toHuman():string toISO():string toMillis():number toObject():object",
  Interval:
    "end:DateTime isValid:boolean start:DateTime contains():boolean count():number isEmpty():boolean length():number " +
    "overlaps():boolean splitBy():any[] toDuration():Duration toISO():string",
  Math:
    "E:number PI:number abs():number cbrt():number ceil():number exp():number floor():number hypot():number " +
    "log():number log10():number log2():number max():number min():number pow():number random():number " +
    "round():number sign():number sqrt():number trunc():number",
  JSON: "parse():any stringify():string",
  ObjectConstructor:
    "assign():object entries():any[] fromEntries():object groupBy():object hasOwn():boolean keys():string[] " +
    "values():any[]",
  ArrayConstructor: "from():any[] isArray():boolean of():any[]",
  NumberConstructor:
    "MAX_SAFE_INTEGER:number MIN_SAFE_INTEGER:number isFinite():boolean isInteger():boolean isNaN():boolean " +
    "isSafeInteger():boolean parseFloat():number parseInt():number",
  StringConstructor: "fromCharCode():string fromCodePoint():string raw():string",
  DateConstructor: "UTC():number now():number parse():number",
  DateTimeConstructor:
    "fromFormat():DateTime fromHTTP():DateTime fromISO():DateTime fromJSDate():DateTime fromMillis():DateTime " +
    "fromObject():DateTime fromRFC2822():DateTime fromSQL():DateTime fromSeconds():DateTime isDateTime():boolean " +
    "local():DateTime max():DateTime min():DateTime now():DateTime utc():DateTime",
  DurationConstructor: "fromISO():Duration fromMillis():Duration fromObject():Duration isDuration():boolean",
  IntervalConstructor:
    "after():Interval before():Interval fromDateTimes():Interval fromISO():Interval isInterval():boolean",
};

const parsed = new Map<string, ReadonlyMap<string, NativeMember>>();
const NONE: ReadonlyMap<string, NativeMember> = new Map();

/** Names of the types that have members here. */
export const NATIVE_TYPES: readonly string[] = Object.keys(MEMBERS);

/** The members of a type that are worth showing, by name. */
export function nativeMembersOf(typeName: string): ReadonlyMap<string, NativeMember> {
  const text = Object.hasOwn(MEMBERS, typeName) ? MEMBERS[typeName] : undefined;
  if (text === undefined) return NONE;
  let members = parsed.get(typeName);
  if (!members) parsed.set(typeName, (members = parseMembers(text)));
  return members;
}

function parseMembers(text: string): ReadonlyMap<string, NativeMember> {
  return new Map(
    text.split(" ").map((entry) => {
      const [signature = "", type = "any"] = entry.split(":");
      const isMethod = signature.endsWith("()");
      return [isMethod ? signature.slice(0, -2) : signature, { isMethod, type }];
    }),
  );
}
