/** What a simulation works on, made once and shared between threads without copying. */
import { CsrBuilder, type CsrMatrix, documentFrequencies } from '../../core/features/csr.ts';
import type { DenseRows } from '../../core/features/dense-rows.ts';
import { Neighbourhoods, neighbourIndex } from '../../core/features/density.ts';
import { type KnownTerms, knownTerms } from '../../core/features/general-vectors.ts';
import {
  denseParts,
  denseSpace,
  learnPoolFeatures,
  withDenseParts,
} from '../../core/features/pool-features.ts';
import { countTerms, inverseDocumentFrequencies, tfidf } from '../../core/features/tfidf.ts';
import { valenceWeights, withValence } from '../../core/features/valence.ts';
import { type LabelSets, labelSets } from '../../core/model/label-sets.ts';
import { Random } from '../../core/random.ts';
import { labelsIn } from '../../core/records/label-list.ts';
import { type Language, languageOf, type Stem, stemmerOf } from '../../core/text/stemming.ts';
import { tokenize } from '../../core/text/tokenize.ts';
import { valenceIn } from '../../core/text/valence.ts';
import { Vocabulary } from '../../core/text/vocabulary.ts';
import { vectorsFor } from '../english-vectors.ts';
import type { Features } from './grid.ts';
import { type AnsweredRecords, labelNamesOf } from './records.ts';

export interface Task {
  readonly classCount: number;
  /** Features of the pool's records, and of the test's by the same vocabulary. */
  readonly pool: CsrMatrix;
  readonly test: CsrMatrix;
  /** The pool's records in the space in which they are compared, and how typical each is there. */
  readonly space?: { readonly rows: DenseRows; readonly densities: Float64Array };
  /** The true class of each; shown to the learner only when it asks. */
  readonly poolClasses: Int32Array;
  readonly testClasses: Int32Array;
  /** What an annotator said of the pool's records, where that was recorded. */
  readonly recordedClasses?: Int32Array;
  /** Where a record can have several labels: those of each, in place of the classes, which are none then. */
  readonly sets?: TaskSets;
}

export interface TaskSets {
  readonly pool: LabelSets;
  readonly test: LabelSets;
}

export interface TaskSettings {
  /**
   * `default`: the product's. `pool`: these, learned from the pool alone. `tfidf`: plain, no sublinear counts, no stems: the
   * yardstick that active-learning libraries start from.
   */
  readonly features: Features;
  /** Whether a strategy or the start compares records. */
  readonly needsSpace: boolean;
}

/** Everything learned without labels is the same for every run: one seed for all. */
const FEATURE_SEED = 1;

export function newTask(pool: AnsweredRecords, test: AnsweredRecords, settings: TaskSettings): Task {
  const classes = classesOf(pool, test);
  const plain = settings.features === 'tfidf' ? tfidfOf(pool, test, { product: false }) : undefined;
  if (plain && !settings.needsSpace)
    return { ...classes, pool: shared(plain.pool), test: shared(plain.test) };

  const product = tfidfOf(pool, test, { product: true });
  const { pool: poolRows, test: testRows, sequences, valence } = product;
  const sparse = (rows: CsrMatrix) => (valence ? withValence(rows, valence) : rows);
  const random = new Random(FEATURE_SEED);
  const known = settings.features === 'pool' ? undefined : knownTermsOf(product);
  const features = learnPoolFeatures(poolRows, sequences, random, known);
  const parts = denseParts(features, poolRows);
  const rows = denseSpace(parts);
  const space = {
    rows: { ...rows, values: sharedArray(rows.values) },
    densities: sharedArray(densitiesOf(rows, random)),
  };
  return plain
    ? { ...classes, space, pool: shared(plain.pool), test: shared(plain.test) }
    : {
        ...classes,
        space,
        pool: shared(withDenseParts(sparse(poolRows), parts)),
        test: shared(withDenseParts(sparse(testRows), denseParts(features, testRows))),
      };
}

interface Tfidf {
  readonly pool: CsrMatrix;
  readonly test: CsrMatrix;
  /** Of the pool's records. */
  readonly sequences: Int32Array[];
  readonly vocabulary: Vocabulary;
  readonly language: Language | undefined;
  readonly valence: Float64Array | undefined;
}

function tfidfOf(pool: AnsweredRecords, test: AnsweredRecords, { product }: { product: boolean }): Tfidf {
  const poolTokens = pool.texts.map(tokenize);
  const language = product ? languageIn(poolTokens) : undefined;
  const stem = withMemory(stemmerOf(language));
  const vocabulary = new Vocabulary();
  const countsOf = (records: readonly string[][], growth: { grow: boolean }) => {
    const builder = new CsrBuilder();
    for (const tokens of records) builder.addRow(countTerms(tokens, vocabulary, growth));
    return builder.finish(vocabulary.size);
  };
  const poolStems = stem ? poolTokens.map((tokens) => tokens.map(stem)) : poolTokens;
  const poolCounts = countsOf(poolStems, { grow: true });
  const testStems = test.texts.map((text) => (stem ? tokenize(text).map(stem) : tokenize(text)));
  const idf = inverseDocumentFrequencies(documentFrequencies(poolCounts), pool.texts.length);
  const valenceOf = valenceIn(language);
  return {
    pool: tfidf(poolCounts, idf, { sublinear: product }),
    test: tfidf(countsOf(testStems, { grow: false }), idf, { sublinear: product }),
    vocabulary,
    language,
    valence: valenceOf && valenceWeights(vocabulary.size, (id) => valenceOf(vocabulary.termOf(id)!)),
    sequences: poolStems.map((tokens) => Int32Array.from(tokens, (token) => vocabulary.idOf(token)!)),
  };
}

function knownTermsOf({ vocabulary, language }: Tfidf): KnownTerms | undefined {
  const general = vectorsFor(language, console.error);
  return general && knownTerms(general, vocabulary.size, (id) => vocabulary.termOf(id)!);
}

function languageIn(records: readonly string[][]): Language | undefined {
  const frequencies = new Map<string, number>();
  for (const tokens of records) {
    for (const token of new Set(tokens)) frequencies.set(token, (frequencies.get(token) ?? 0) + 1);
  }
  return languageOf((term) => frequencies.get(term) ?? 0, records.length);
}

/** A word occurs often and stemming is slow. */
function withMemory(stem: Stem | undefined): Stem | undefined {
  if (!stem) return undefined;
  const known = new Map<string, string>();
  return (term) => {
    const stemmed = known.get(term) ?? stem(term);
    known.set(term, stemmed);
    return stemmed;
  };
}

function densitiesOf(rows: DenseRows, random: Random): Float64Array {
  const ownPlaces = Int32Array.from({ length: rows.rowCount }, (_, row) => row);
  return new Neighbourhoods(neighbourIndex(rows, random)).densities(rows, ownPlaces);
}

function classesOf(
  pool: AnsweredRecords,
  test: AnsweredRecords,
): Pick<Task, 'classCount' | 'poolClasses' | 'testClasses' | 'recordedClasses' | 'sets'> {
  if (pool.multiLabel) return setsOf(pool, test);
  const names = [...new Set([...pool.labels, ...test.labels, ...(pool.recorded ?? [])])].sort();
  const classes = new Map(names.map((name, index) => [name, index]));
  const indices = (labels: readonly string[]) =>
    sharedArray(Int32Array.from(labels, (name) => classes.get(name)!));
  return {
    classCount: names.length,
    poolClasses: indices(pool.labels),
    testClasses: indices(test.labels),
    ...(pool.recorded ? { recordedClasses: indices(pool.recorded) } : {}),
  };
}

function setsOf(
  pool: AnsweredRecords,
  test: AnsweredRecords,
): Pick<Task, 'classCount' | 'poolClasses' | 'testClasses' | 'sets'> {
  const names = labelNamesOf(pool, test);
  const classes = new Map(names.map((name, index) => [name, index]));
  const nothing = sharedArray(new Int32Array(0));
  const sharedSets = ({ labels }: AnsweredRecords): LabelSets => {
    const { starts, members } = labelSets(
      labels.map((list) =>
        labelsIn(list)
          .map((name) => classes.get(name)!)
          .sort((a, b) => a - b),
      ),
    );
    return { starts: sharedArray(starts), members: sharedArray(members) };
  };
  return {
    classCount: names.length,
    poolClasses: nothing,
    testClasses: nothing,
    sets: { pool: sharedSets(pool), test: sharedSets(test) },
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
