/** Finds the records with the highest utilities. */
import type { Selection } from './strategy.ts';

/**
 * The positions of the `size` highest utilities, best first; equal ones in order of position.
 *
 * One pass that keeps the best so far in order: most of a large pool is turned away by one comparison.
 */
export function best(utilities: Float64Array, size: number): Selection {
  const count = Math.min(size, utilities.length);
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
