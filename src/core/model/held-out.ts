/** What models say of the very records they would have learned from, had those not been held out. */
import { type CsrMatrix, selectRows } from '../features/csr.ts';
import type { Random } from '../random.ts';
import type { Classifier } from './classifier.ts';

/**
 * Probabilities of every row by a model of the other folds, n × classCount. The classes are spread over the folds. A
 * row whose class no other fold knows gets 0 for it, and rows that cannot be judged, for lack of a second class in the
 * other folds, get uniform probabilities.
 */
export function heldOutProbabilities(
  classifier: Classifier,
  rows: CsrMatrix,
  classes: Int32Array,
  classCount: number,
  folds: number,
  random: Random,
): Float64Array {
  const result = new Float64Array(rows.rowCount * classCount).fill(1 / classCount);
  for (const { held, kept } of foldsOf(classes, folds, random)) {
    const known = kept.map((row) => classes[row]!);
    if (held.length === 0 || new Set(known).size < 2) continue;
    const said = classifier
      .fit(selectRows(rows, kept), known, classCount)
      .probabilities(selectRows(rows, held));
    held.forEach((row, at) => {
      result.set(said.subarray(at * classCount, (at + 1) * classCount), row * classCount);
    });
  }
  return result;
}

/** Rows dealt to folds, each class spread over them: those that a fold holds out, and the others. */
export function foldsOf(
  classes: Int32Array,
  folds: number,
  random: Random,
): { readonly held: Int32Array; readonly kept: Int32Array }[] {
  const order = random.sample(classes.length, classes.length);
  const dealt = Array.from(order).sort((a, b) => classes[a]! - classes[b]!);
  return Array.from({ length: folds }, (_, fold) => ({
    held: Int32Array.from(dealt.filter((_, place) => place % folds === fold)),
    kept: Int32Array.from(dealt.filter((_, place) => place % folds !== fold)),
  }));
}
