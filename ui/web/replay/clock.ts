/** A moment of a run as people read it: "08:14.2". */
export function clockOf(micros: number): string {
  const tenths = Math.round(micros / 100_000);
  const [minutes, seconds] = [Math.floor(tenths / 600), (tenths % 600) / 10];
  const text = tenths % 10 === 0 ? String(seconds).padStart(2, "0") : seconds.toFixed(1).padStart(4, "0");
  return `${String(minutes).padStart(2, "0")}:${text}`;
}
