/** A committee: models of the same kind that differ because each learned from other answers. */
import { type CsrMatrix, selectRows } from '../features/csr.ts';
import type { Random } from '../random.ts';
import type { Classifier, Model } from './classifier.ts';

export const COMMITTEE_SIZE = 7;
/** Draws before a member makes do with answers of a single class. */
const MOST_DRAWS = 20;

/** Each member is fitted on as many answers, drawn with replacement (query by bagging; Abe & Mamitsuka 1998). */
export function bootstrapCommittee(
  classifier: Classifier,
  rows: CsrMatrix,
  classes: Int32Array,
  classCount: number,
  random: Random,
): Model[] {
  return Array.from({ length: COMMITTEE_SIZE }, () => {
    const drawn = draw(classes, random);
    return classifier.fit(
      selectRows(rows, drawn),
      drawn.map((row) => classes[row]!),
      classCount,
    );
  });
}

function draw(classes: Int32Array, random: Random): Int32Array {
  for (let attempt = 1; ; attempt++) {
    const drawn = Int32Array.from(classes, () => random.below(classes.length));
    const varied = new Set(drawn.map((row) => classes[row]!)).size > 1;
    if (varied || attempt === MOST_DRAWS) return drawn;
  }
}
