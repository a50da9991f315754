/** The contract of a classifier: labelled rows in, a model that gives probabilities out. */
import type { CsrMatrix } from '../features/csr.ts';

export interface Classifier {
  /** As in settings and on the command line. */
  readonly name: string;
  /**
   * @param rows n × d features of the labelled records
   * @param classes n class indices, each 0 … classCount-1; a class may be absent
   * @param start a model of the same shape to start from, to save time
   */
  fit(rows: CsrMatrix, classes: Int32Array, classCount: number, start?: Model): Model;
}

export interface Model {
  readonly classCount: number;
  /** n × classCount, row-major; each row finite and summing to 1. */
  probabilities(rows: CsrMatrix): Float64Array;
}
