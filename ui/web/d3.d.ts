/** What the page uses of d3, which comes without types. */
declare module "d3" {
  export interface BandScale {
    (value: string): number | undefined;
    bandwidth(): number;
  }
  export interface LinearScale {
    (value: number): number;
    ticks(count: number): number[];
  }
  export interface Contour {
    readonly value: number;
    readonly coordinates: readonly (readonly (readonly (readonly [number, number])[])[])[];
  }
  export function scaleBand(domain: readonly string[], range: readonly [number, number]): BandScale;
  export function scaleLinear(domain: readonly [number, number], range: readonly [number, number]): LinearScale;
  export function contours(): {
    size(size: readonly [number, number]): {
      thresholds(values: readonly number[]): { smooth(is: boolean): (values: readonly number[]) => Contour[] };
    };
  };
}
