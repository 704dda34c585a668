/** Cells of a grid are numbered from 0; the last axis runs fastest. */
export function placeOf(cell: number, sizes: readonly number[]): number[] {
  const place = sizes.map(() => 0);
  let left = cell;
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    place[axis] = left % sizes[axis]!;
    left = Math.floor(left / sizes[axis]!);
  }
  return place;
}

/** The number of the cell at a place. */
export function cellAt(place: readonly number[], sizes: readonly number[]): number {
  return place.reduce((cell, at, axis) => cell * sizes[axis]! + at, 0);
}

export function cellsOf(sizes: readonly number[]): number {
  return sizes.reduce((product, size) => product * size, 1);
}

/** The cells one step away along one axis. */
export function neighboursOf(cell: number, sizes: readonly number[]): number[] {
  const place = placeOf(cell, sizes);
  return sizes.flatMap((size, axis) => {
    const steps = [place[axis]! - 1, place[axis]! + 1].filter((at) => at >= 0 && at < size);
    return steps.map((at) => cellAt(place.with(axis, at), sizes));
  });
}
