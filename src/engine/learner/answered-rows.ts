/**
 * The feature rows of the records that models learn from. They grow by a row an answer, and every model, of all answers or
 * of the first so many, is fitted on the same ones: so they are made once and kept.
 */
import type { CsrMatrix } from '../../core/features/csr.ts';
import { largeArray } from '../../core/kernels/large.ts';

export type FeatureRows = (rows: Int32Array) => CsrMatrix;

/** How much larger room is made than what is to lie in it. */
const SPARE = 1.5;

export class AnsweredRows {
  readonly #make: FeatureRows;
  #rows = new Int32Array(0);
  /** Theirs, in room for more. */
  #kept: CsrMatrix | undefined;

  /** @param make the features of any records; others need other answered rows */
  constructor(make: FeatureRows) {
    this.#make = make;
  }

  /** These teach from now on, in this order: those that did before and are followed by the same are not made anew. */
  teach(rows: Int32Array): void {
    const known = this.#rows;
    let same = 0;
    while (same < known.length && same < rows.length && known[same] === rows[same]) same++;
    if (same === rows.length && same === known.length) return;
    const added = this.#make(rows.subarray(same));
    // What was handed out stays as it is: rows are put behind it, or elsewhere.
    this.#kept = joined(this.#kept, same, added, same === known.length);
    this.#rows = rows.slice();
  }

  /** The features of any records. Those of the first ones that teach lie ready, and are not to be changed. */
  readonly of: FeatureRows = (rows) => {
    const known = this.#rows;
    const kept = this.#kept;
    if (!kept || rows.length === 0 || rows.length > known.length) return this.#make(rows);
    for (let at = 0; at < rows.length; at++) if (rows[at] !== known[at]) return this.#make(rows);
    return first(kept, rows.length);
  };
}

/** The first `count` rows of one matrix and all of another. @param inPlace whether behind those nothing is in use */
function joined(kept: CsrMatrix | undefined, count: number, added: CsrMatrix, inPlace: boolean): CsrMatrix {
  if (!kept || count === 0) return added;
  const rowCount = count + added.rowCount;
  const length = kept.rowStarts[count]!;
  const addedLength = added.rowStarts[added.rowCount]!;
  const fits = rowCount < kept.rowStarts.length && length + addedLength <= kept.columns.length;
  const { rowStarts, columns, values } =
    inPlace && fits ? kept : roomy(first(kept, count), rowCount, length + addedLength);
  for (let row = 1; row <= added.rowCount; row++) rowStarts[count + row] = length + added.rowStarts[row]!;
  columns.set(added.columns.subarray(0, addedLength), length);
  values.set(added.values.subarray(0, addedLength), length);
  return { rowCount, columnCount: added.columnCount, rowStarts, columns, values };
}

/** A copy with room for so many rows and numbers, and more. */
function roomy(matrix: CsrMatrix, rowCount: number, length: number): CsrMatrix {
  const room = Math.ceil(SPARE * length);
  const rowStarts = new Int32Array(Math.ceil(SPARE * rowCount) + 1);
  const columns = largeArray(Int32Array, room);
  const values = largeArray(Float64Array, room);
  rowStarts.set(matrix.rowStarts);
  columns.set(matrix.columns);
  values.set(matrix.values);
  return { ...matrix, rowStarts, columns, values };
}

/** A view of the first rows. */
function first({ columnCount, rowStarts, columns, values }: CsrMatrix, rowCount: number): CsrMatrix {
  const length = rowStarts[rowCount]!;
  return {
    rowCount,
    columnCount,
    rowStarts: rowStarts.subarray(0, rowCount + 1),
    columns: columns.subarray(0, length),
    values: values.subarray(0, length),
  };
}
