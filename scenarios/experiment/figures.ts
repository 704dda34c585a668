import { type OutageClass, outageOfSeverity } from "./outage.ts";

/** "12,345". */
export function whole(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A figure with as many digits as say something: "0.0123", "3.14", "1,235". */
export function figure(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return whole(value);
  return String(Number(value.toPrecision(3)));
}

/** A share of a stated whole: "54.9 %". 100 % is all and 0 % is none, never a rounded figure. */
export function percent(share: number): string {
  const tenths = share * 1000;
  const rounded = Math.round(tenths);
  const honest = rounded === 1000 && share < 1 ? 999 : rounded === 0 && share > 0 ? 1 : rounded;
  return `${(honest / 10).toFixed(1)} %`;
}

/** What a check measured, or allows: an outage, or an amount in its unit. */
export type CheckAmount = { readonly outage: OutageClass } | { readonly amount: string };

/** "812 ms", or the outage that a number stands for. */
export function checkAmount(value: number, unit: string): CheckAmount {
  if (unit === "outage") return { outage: outageOfSeverity(value) };
  return { amount: `${figure(value)} ${unit}`.trimEnd() };
}
