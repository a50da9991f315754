/** Finds the records with the highest utilities. */
import type { Selection } from './strategy.ts';

/** Up to here keeping the best in order as they come is faster than sorting. */
const FEW = 64;
/** Utilities looked at to guess the lowest that is wanted. */
const SAMPLED = 8192;

/** The positions of the `size` highest utilities, best first; equal ones in order of position. */
export function best(utilities: Float64Array, size: number): Selection {
  const count = Math.min(size, utilities.length);
  return count <= FEW ? bestFew(utilities, count) : bestMany(utilities, count);
}

/** One pass that keeps the best so far in order: most of a large pool is turned away by one comparison. */
function bestFew(utilities: Float64Array, count: number): Selection {
  const chosen = new Int32Array(count);
  const kept = new Float64Array(count);
  let filled = 0;
  for (let position = 0; position < utilities.length && count > 0; position++) {
    const utility = utilities[position]!;
    if (filled === count && utility <= kept[count - 1]!) continue;
    let at = filled < count ? filled++ : count - 1;
    for (; at > 0 && kept[at - 1]! < utility; at--) {
      kept[at] = kept[at - 1]!;
      chosen[at] = chosen[at - 1]!;
    }
    kept[at] = utility;
    chosen[at] = position;
  }
  return { chosen, utilities: kept };
}

/**
 * The numbers above a threshold, `count` of them at least: a sample says where that lies, so that most of a large pool
 * is never sorted. Undefined where the sample would be no smaller, or has misled.
 */
function aboveSampled(utilities: Float64Array, count: number): Float64Array | undefined {
  const step = Math.floor(utilities.length / SAMPLED);
  if (step < 2 || count > utilities.length / 8) return undefined;
  const sample = Float64Array.from({ length: SAMPLED }, (_, at) => utilities[at * step]!).sort();
  // Twice as many as wanted, and some more for the luck of the sample.
  const wanted = Math.ceil((2 * count * SAMPLED) / utilities.length) + 10;
  const threshold = sample[SAMPLED - wanted]!;
  // A loop: `filter` takes several times as long, and there may be a million.
  const above: number[] = [];
  for (let at = 0; at < utilities.length; at++) if (utilities[at]! >= threshold) above.push(utilities[at]!);
  return above.length >= count ? Float64Array.from(above) : undefined;
}

/** Sorts the numbers alone, which is fast, to learn the lowest that is wanted; then the wanted positions. */
function bestMany(utilities: Float64Array, count: number): Selection {
  const rivals = aboveSampled(utilities, count) ?? utilities.slice();
  const lowest = rivals.sort()[rivals.length - count]!;
  const chosen = new Int32Array(count);
  let filled = 0;
  for (let position = 0; position < utilities.length; position++) {
    if (utilities[position]! > lowest) chosen[filled++] = position;
  }
  for (let position = 0; filled < count; position++) {
    if (utilities[position] === lowest) chosen[filled++] = position;
  }
  chosen.sort((a, b) => utilities[b]! - utilities[a]! || a - b);
  return { chosen, utilities: Float64Array.from(chosen, (position) => utilities[position]!) };
}
