import { append, stringCharCodeAt, stringSlice, textOfCodePoint } from "../primordials.ts";

const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const DAMP = 700;
const FIRST_BIAS = 72;
const FIRST_CODE = 0x80;
const LAST_CODE = 0x10ffff;
const DIGITS = "abcdefghijklmnopqrstuvwxyz0123456789";

/** https://www.rfc-editor.org/rfc/rfc3492#section-6.3 */
export function encodePunycode(codes: readonly number[]): string {
  let output = "";
  for (let index = 0; index < codes.length; index++) {
    if ((codes[index] as number) < FIRST_CODE) output += textOfCodePoint(codes[index] as number);
  }
  const basic = output.length;
  if (basic > 0) output += "-";
  let handled = basic;
  let code = FIRST_CODE;
  let delta = 0;
  let bias = FIRST_BIAS;
  while (handled < codes.length) {
    const next = leastFrom(codes, code);
    delta += (next - code) * (handled + 1);
    code = next;
    for (let index = 0; index < codes.length; index++) {
      const current = codes[index] as number;
      if (current < code) delta++;
      if (current !== code) continue;
      output += encodeDelta(delta, bias);
      bias = adaptBias(delta, handled + 1, handled === basic);
      delta = 0;
      handled++;
    }
    delta++;
    code++;
  }
  return output;
}

/** https://www.rfc-editor.org/rfc/rfc3492#section-6.2 @returns undefined for what is not Punycode */
export function decodePunycode(text: string): readonly number[] | undefined {
  const codes: number[] = [];
  let basic = text.length;
  while (basic > 0 && text[basic - 1] !== "-") basic--;
  for (let index = 0; index < basic - 1; index++) append(codes, stringCharCodeAt(text, index));
  let code = FIRST_CODE;
  let position = 0;
  let bias = FIRST_BIAS;
  for (let index = basic; index < text.length;) {
    const before = position;
    let weight = 1;
    for (let k = BASE; ; k += BASE) {
      const digit = digitValue(stringSlice(text, index, index + 1));
      if (digit < 0) return undefined;
      index++;
      position += digit * weight;
      const limit = threshold(k, bias);
      if (digit < limit) break;
      weight *= BASE - limit;
      if (position > Number.MAX_SAFE_INTEGER / BASE || weight > LAST_CODE * BASE) return undefined;
    }
    const count = codes.length + 1;
    bias = adaptBias(position - before, count, before === 0);
    code += (position - (position % count)) / count;
    position %= count;
    if (code > LAST_CODE) return undefined;
    for (let at = codes.length; at > position; at--) codes[at] = codes[at - 1] as number;
    codes[position++] = code;
  }
  return codes;
}

function leastFrom(codes: readonly number[], from: number): number {
  let least = LAST_CODE;
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] as number;
    if (code >= from && code < least) least = code;
  }
  return least;
}

function encodeDelta(delta: number, bias: number): string {
  let output = "";
  let rest = delta;
  for (let k = BASE; ; k += BASE) {
    const limit = threshold(k, bias);
    if (rest < limit) return output + (DIGITS[rest] as string);
    const digit = (rest - limit) % (BASE - limit);
    output += DIGITS[limit + digit] as string;
    rest = (rest - limit - digit) / (BASE - limit);
  }
}

function threshold(k: number, bias: number): number {
  if (k <= bias) return T_MIN;
  return k >= bias + T_MAX ? T_MAX : k - bias;
}

function adaptBias(delta: number, count: number, isFirst: boolean): number {
  let rest = isFirst ? floorDivide(delta, DAMP) : floorDivide(delta, 2);
  rest += floorDivide(rest, count);
  let k = 0;
  for (; rest > ((BASE - T_MIN) * T_MAX) / 2; k += BASE) rest = floorDivide(rest, BASE - T_MIN);
  return k + floorDivide((BASE - T_MIN + 1) * rest, rest + SKEW);
}

function floorDivide(dividend: number, divisor: number): number {
  return (dividend - (dividend % divisor)) / divisor;
}

function digitValue(character: string): number {
  for (let value = 0; value < BASE; value++) if (DIGITS[value] === character) return value;
  return -1;
}
