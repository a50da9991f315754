/** From numbers to positions: linear scales and round ticks. Pure. */

export interface Scale {
  /** The position of a value, in pixels. */
  (value: number): number;
  readonly ticks: readonly number[];
}

/** Maps [from, to] onto [start, end] pixels, with about `tickCount` ticks at round values. */
export function linearScale(
  [from, to]: readonly [number, number],
  [start, end]: readonly [number, number],
  tickCount: number,
): Scale {
  const span = to - from || 1;
  const place = (value: number) => start + ((value - from) / span) * (end - start);
  return Object.assign(place, { ticks: roundTicks(from, to, tickCount) });
}

/** Multiples of 1, 2 or 5 times a power of ten between `from` and `to`, as close to `count` as these allow. */
export function roundTicks(from: number, to: number, count: number): number[] {
  if (!(to > from) || count < 1) return [from];
  const step = roundStep((to - from) / count);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  // Counting in whole steps and rounding once keeps 0.30000000000000004 off the axis.
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** Where an axis of proportions starts: a tenth below everything shown, so that differences can be seen. */
export function proportionFloor(proportions: Iterable<number>): number {
  let lowest = 1;
  for (const proportion of proportions) lowest = Math.min(lowest, proportion);
  return Math.max(0, Math.min(0.8, Math.floor(lowest * 10 - 1e-9) / 10));
}

/** At most `most` of the values, evenly spread, always with the first and the last. */
export function thinned<Value>(values: readonly Value[], most: number): readonly Value[] {
  if (values.length <= most) return values;
  const step = (values.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, index) => values[Math.round(index * step)]!);
}

function roundStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  for (const factor of [1, 2, 5]) if (factor * power >= atLeast * 0.75) return factor * power;
  return 10 * power;
}
