/** What a simulation works on, made once and shared between threads without copying. */
import { CsrBuilder, type CsrMatrix, documentFrequencies } from '../../core/features/csr.ts';
import { countTerms, inverseDocumentFrequencies, tfidf } from '../../core/features/tfidf.ts';
import { tokenize } from '../../core/text/tokenize.ts';
import { Vocabulary } from '../../core/text/vocabulary.ts';
import type { AnsweredRecords } from './records.ts';

export interface Task {
  readonly classCount: number;
  /** Features of the pool's records, and of the test's by the same vocabulary. */
  readonly pool: CsrMatrix;
  readonly test: CsrMatrix;
  /** The true class of each; shown to the learner only when it asks. */
  readonly poolClasses: Int32Array;
  readonly testClasses: Int32Array;
}

/** Plain tf-idf: no sublinear counts, no stems: the yardstick that active-learning libraries start from. */
export function plainTask(pool: AnsweredRecords, test: AnsweredRecords): Task {
  const vocabulary = new Vocabulary();
  const poolCounts = countsOf(pool.texts, vocabulary, { grow: true });
  const testCounts = countsOf(test.texts, vocabulary, { grow: false });
  const idf = inverseDocumentFrequencies(documentFrequencies(poolCounts), pool.texts.length);
  return {
    ...classesOf(pool, test),
    pool: shared(tfidf(poolCounts, idf, { sublinear: false })),
    test: shared(tfidf(testCounts, idf, { sublinear: false })),
  };
}

function countsOf(texts: readonly string[], vocabulary: Vocabulary, growth: { grow: boolean }): CsrMatrix {
  const builder = new CsrBuilder();
  for (const text of texts) builder.addRow(countTerms(tokenize(text), vocabulary, growth));
  return builder.finish(vocabulary.size);
}

function classesOf(
  pool: AnsweredRecords,
  test: AnsweredRecords,
): Pick<Task, 'classCount' | 'poolClasses' | 'testClasses'> {
  const names = [...new Set([...pool.labels, ...test.labels])].sort();
  const classes = new Map(names.map((name, index) => [name, index]));
  return {
    classCount: names.length,
    poolClasses: sharedArray(Int32Array.from(pool.labels, (name) => classes.get(name)!)),
    testClasses: sharedArray(Int32Array.from(test.labels, (name) => classes.get(name)!)),
  };
}

function shared(matrix: CsrMatrix): CsrMatrix {
  return {
    ...matrix,
    rowStarts: sharedArray(matrix.rowStarts),
    columns: sharedArray(matrix.columns),
    values: sharedArray(matrix.values),
  };
}

/** The same numbers in memory that crosses to another thread without being copied. */
function sharedArray<T extends Int32Array | Float64Array>(array: T): T {
  const buffer = new SharedArrayBuffer(array.byteLength);
  const copy = (array instanceof Int32Array ? new Int32Array(buffer) : new Float64Array(buffer)) as T;
  copy.set(array);
  return copy;
}
