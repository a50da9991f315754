/** Looks for answers that are likely wrong, by models that have not seen them. */
import { suspectAnswers } from '../../core/evaluate/label-errors.ts';
import type { CsrMatrix } from '../../core/features/csr.ts';
import { heldOutProbabilities } from '../../core/model/held-out.ts';
import { classifierByName } from '../../core/model/registry.ts';
import { Random } from '../../core/random.ts';
import type { Suspects } from '../../protocol/learner.ts';
import type { Taught } from './calibrator.ts';

const FOLDS = 5;
const SEED = 1;
/** With fewer answers held-out models know too little to doubt anybody. */
const FEWEST = 40;
/** The latest answers; each fifth is judged by a model of the others, which takes long with more. */
const MOST = 5000;

export function suspectsAmong(taught: Taught, featureRows: (rows: Int32Array) => CsrMatrix): Suspects {
  const rows = taught.rows.slice(-MOST);
  const classes = taught.classes.slice(-MOST);
  const { classCount } = taught;
  const canTell = rows.length >= FEWEST && new Set(classes).size > 1;
  const suspects = canTell
    ? suspectAnswers(
        heldOutProbabilities(
          classifierByName(taught.classifier),
          featureRows(rows),
          classes,
          classCount,
          FOLDS,
          new Random(SEED),
        ),
        classes,
        classCount,
      )
    : [];
  return {
    rows: Int32Array.from(suspects, ({ at }) => rows[at]!),
    likely: Int32Array.from(suspects, ({ likely }) => likely),
    p: Float32Array.from(suspects, ({ belief }) => belief),
  };
}
