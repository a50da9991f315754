/** Finds the records with the highest utilities. */
import type { Selection } from './strategy.ts';

/** Up to here keeping the best in order as they come is faster than sorting. */
const FEW = 64;

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

/** Sorts the numbers alone, which is fast, to learn the lowest that is wanted; then the wanted positions. */
function bestMany(utilities: Float64Array, count: number): Selection {
  const lowest = utilities.slice().sort()[utilities.length - count]!;
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
