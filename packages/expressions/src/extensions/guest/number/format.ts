const DEFAULT_FRACTION_DIGITS = 3;

/**
 * A number as text, as Intl.NumberFormat has it. What Intl refuses gives the plain text of the number; an engine without
 * Intl writes every locale as en-US.
 */
export function formatNumber(value: number, locale: unknown, options: unknown): string {
  if (globalThis.Intl?.NumberFormat === undefined) return groupThousands(value);
  try {
    return new Intl.NumberFormat(locale as string, options as Intl.NumberFormatOptions).format(value);
  } catch {
    return String(value);
  }
}

/** What Intl makes of a number in en-US, without options. */
function groupThousands(value: number): string {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e21) {
    return String(value).replace("Infinity", "∞");
  }
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const [whole = "", fraction = ""] = Math.abs(value).toFixed(DEFAULT_FRACTION_DIGITS).split(".");
  const digits = fraction.replace(/0+$/, "");
  return `${sign}${whole.replace(/\B(?=(?:\d{3})+$)/g, ",")}${digits && `.${digits}`}`;
}
