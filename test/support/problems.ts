/** Made-up sparse classification problems, by a seed. */
import { CsrBuilder, type CsrMatrix } from '../../src/core/features/csr.ts';
import { Random } from '../../src/core/random.ts';

/** Rows of length 1 whose columns lean towards their class, so that a classifier has something to find. */
export function randomProblem(wanted: {
  rowCount: number;
  columnCount: number;
  classCount: number;
  seed: number;
}): { rows: CsrMatrix; classes: Int32Array } {
  const random = new Random(wanted.seed);
  const builder = new CsrBuilder();
  const classes = new Int32Array(wanted.rowCount);
  for (let row = 0; row < wanted.rowCount; row++) {
    classes[row] = row % wanted.classCount;
    const entries = new Map<number, number>();
    for (let word = 0; word < 6; word++) {
      const own = random.uniform() < 0.5;
      const column = own
        ? classes[row]! + wanted.classCount * random.below(Math.ceil(wanted.columnCount / wanted.classCount))
        : random.below(wanted.columnCount);
      if (column < wanted.columnCount) entries.set(column, 0.2 + random.uniform());
    }
    const length = Math.hypot(...entries.values());
    for (const [column, value] of entries) entries.set(column, value / length);
    builder.addRow(entries);
  }
  return { rows: builder.finish(wanted.columnCount), classes };
}
