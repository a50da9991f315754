/** A sparse matrix by rows. */
export interface CsrMatrix {
  readonly rowCount: number;
  readonly columnCount: number;
  /** rowCount + 1 positions into `columns` and `values`. */
  readonly rowStarts: Int32Array;
  /** Column indices, ascending within a row. */
  readonly columns: Int32Array;
  readonly values: Float64Array;
}
