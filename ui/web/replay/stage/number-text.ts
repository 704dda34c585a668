const WHOLE = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const TENTHS = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });
const SHORT = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 2 });

/** A number as the stage writes it: whole from ten on, with a tenth below. */
export function number(value: number): string {
  return (value < 10 ? TENTHS : WHOLE).format(value);
}

/** Bytes per second as megabits per second. */
export function megabits(bytesPerSecond: number): string {
  return number((bytesPerSecond * 8) / 1e6);
}

/** A number of two digits that count, as in "1 dot ≈ 450 requests". */
export function roughly(value: number): string {
  return SHORT.format(value);
}
