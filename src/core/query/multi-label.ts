/**
 * Query strategies for records that can have several labels, over a probability a label (binary relevance). Pure.
 *
 * MMC (Yang, Sun, Wang & Chen 2009), CVIRS (Reyes, Morell & Ventura 2018) and label cardinality inconsistency (Li & Guo
 * 2013). What the papers take from support vector machines, f in [−1, 1], is 2p − 1 here.
 */
import type { CsrMatrix } from '../features/csr.ts';
import { type LabelSets, setOf } from '../model/label-sets.ts';
import { logisticRegression } from '../model/logistic-regression.ts';
import type { Random } from '../random.ts';
import { best } from './best.ts';
import { amongExamined, examined } from './examined.ts';
import type { DenseSpace, Selection } from './strategy.ts';

/** What such a strategy may see. Candidate `i` is position `i`. */
export interface MultiLabelView {
  readonly candidateCount: number;
  readonly classCount: number;
  /** candidateCount × classCount, row-major: how likely each label applies. A row does not sum to 1. */
  readonly probabilities: Float32Array | Float64Array;
  /** By label: it is given from this probability on. */
  readonly thresholds: Float64Array;
  /** The space in which records are compared. Absent until the pool's features are learned. */
  readonly space?: DenseSpace;
  readonly labelled: {
    readonly sets: LabelSets;
    /** What the model believes of the answered records, likewise. */
    probabilities(): Float64Array;
  };
}

export interface MultiLabelStrategy {
  /** As in settings and on the command line. */
  readonly name: string;
  /** What it asks about and when it helps. */
  readonly summary: string;
  /** The paper it follows. */
  readonly citation: string;
  /** What a choice takes, beside the probabilities. */
  readonly cost: string;
  /** Whether it wants a model; without one the caller asks at random. */
  readonly needsModel: boolean;
  select(view: MultiLabelView, size: number, random: Random): Selection;
}

/**
 * Maximum loss reduction with maximal confidence: the record on which the models would lose most if it had as many
 * labels as it seems to have, and those that seem likeliest: Σ_k (1 − y_k f_k) / 2. How many labels it has is told by a
 * logistic regression on the probabilities in descending order, taught by the answered records.
 */
export const maximalConfidence: MultiLabelStrategy = {
  name: 'mmc',
  summary:
    'Asks where the likeliest set of labels is believed least. A sound choice for few labels a record.',
  citation: 'Yang, Sun, Wang & Chen 2009, "Effective Multi-label Active Learning for Text Classification"',
  cost: 'a small model of how many labels a record has, and one pass',
  needsModel: true,
  select: (view, size) => {
    const counts = labelCounts(view);
    const utilities = Float64Array.from({ length: view.candidateCount }, (_, at) => {
      const own = rowOf(view, at);
      const given = new Set(best(Float64Array.from(own), counts[at]!).chosen);
      let loss = 0;
      for (let k = 0; k < own.length; k++) loss += given.has(k) ? 1 - own[k]! : own[k]!;
      return loss;
    });
    return best(utilities, size);
  },
};

/**
 * Category vector inconsistency and ranking of scores: each label ranks the candidates by how close to ½ it is, Borda's
 * count joins the rankings, and that is multiplied by how unlike the answered ones the guessed set is.
 */
export const inconsistencyAndRanking: MultiLabelStrategy = {
  name: 'cvirs',
  summary:
    'Asks where many labels are undecided and the guessed set is unlike those answered so far. For many labels a record.',
  citation: 'Reyes, Morell & Ventura 2018, "Effective Active Learning Strategy for Multi-label Learning"',
  cost: 'a sort a label, and the guessed sets of at most 5,000 candidates against all answered ones',
  needsModel: true,
  select: (view, size, random) => {
    // Pools are sampled as elsewhere: every candidate is compared with every answer.
    const positions = examined({ ...view, labelled: { classes: new Int32Array(0) } }, size, random);
    const { classCount: K } = view;
    const borda = new Float64Array(positions.length);
    for (let k = 0; k < K; k++) {
      const closeness = Float64Array.from(
        positions,
        (position) => -Math.abs(2 * rowOf(view, position)[k]! - 1),
      );
      best(closeness, positions.length).chosen.forEach((at, rank) => {
        borda[at]! += (positions.length - rank - 1) / (K * Math.max(1, positions.length - 1));
      });
    }
    const utilities = borda.map((score, at) => score * inconsistency(view, guessedSet(view, positions[at]!)));
    return amongExamined(positions, best(utilities, size));
  },
};

/**
 * Label cardinality inconsistency: how far the number of labels that are guessed is from the mean of the answered ones.
 * Numbers are often equal: among those the less decided comes first (the paper joins it with uncertainty, too).
 */
export const cardinalityInconsistency: MultiLabelStrategy = {
  name: 'label-cardinality',
  summary:
    'Asks where far more or fewer labels are guessed than records have. Finds what the thresholds get wrong.',
  citation: 'Li & Guo 2013, "Active Learning with Multi-Label SVM Classification"',
  cost: 'one pass over the pool',
  needsModel: true,
  select: (view, size) => {
    const { sets } = view.labelled;
    const records = sets.starts.length - 1;
    const mean = records === 0 ? 0 : sets.members.length / records;
    const utilities = Float64Array.from({ length: view.candidateCount }, (_, at) => {
      const own = rowOf(view, at);
      let doubt = 0;
      for (let k = 0; k < own.length; k++) doubt = Math.max(doubt, 1 - Math.abs(2 * own[k]! - 1));
      // Differences that matter are multiples of 1 apart from the mean's fraction: doubt below ¹⁄₁₀₀₀ only breaks ties.
      return Math.abs(guessedSet(view, at).length - mean) + doubt / 1000;
    });
    return best(utilities, size);
  },
};

/**
 * How far apart two sets of labels are, in [0, 1] (Reyes et al. 2018, equation 5): as binary vectors over all labels, what
 * neither tells of the other, as a share of their joint entropy; 1 for complements, which entropy takes for equal.
 *
 * @param shared how many labels both have
 */
export function setDistance(sizeA: number, sizeB: number, shared: number, classCount: number): number {
  const [onlyA, onlyB] = [sizeA - shared, sizeB - shared];
  if (onlyA + onlyB === classCount) return 1;
  const joint = entropy([shared, onlyA, onlyB, classCount - shared - onlyA - onlyB], classCount);
  if (joint === 0) return 0;
  const ofA = entropy([sizeA, classCount - sizeA], classCount);
  const ofB = entropy([sizeB, classCount - sizeB], classCount);
  return Math.min(1, Math.max(0, (2 * joint - ofA - ofB) / joint));
}

/** The mean distance of a guessed set to the answered ones; 1 without any. */
function inconsistency(
  { labelled: { sets }, classCount }: MultiLabelView,
  guessed: readonly number[],
): number {
  const records = sets.starts.length - 1;
  if (records === 0) return 1;
  const own = new Set(guessed);
  let sum = 0;
  for (let record = 0; record < records; record++) {
    const other = setOf(sets, record);
    let shared = 0;
    for (const k of other) if (own.has(k)) shared++;
    sum += setDistance(own.size, other.length, shared, classCount);
  }
  return sum / records;
}

/** How many labels each candidate seems to have. */
function labelCounts(view: MultiLabelView): Int32Array {
  const { labelled, candidateCount, classCount } = view;
  const answered = Int32Array.from(
    { length: labelled.sets.starts.length - 1 },
    (_, record) => setOf(labelled.sets, record).length,
  );
  if (new Set(answered).size < 2) return new Int32Array(candidateCount).fill(answered[0] ?? 1);
  const model = logisticRegression({ C: 1, balanced: false }).fit(
    sortedRows(labelled.probabilities(), classCount),
    answered,
    classCount + 1,
  );
  const likely = model.probabilities(sortedRows(view.probabilities, classCount));
  return Int32Array.from(
    { length: candidateCount },
    (_, at) => best(likely.slice(at * (classCount + 1), (at + 1) * (classCount + 1)), 1).chosen[0]!,
  );
}

/** Each row in descending order, as shares of its sum. */
function sortedRows(
  probabilities: ArrayLike<number> & { slice(from: number, to: number): Float32Array | Float64Array },
  classCount: number,
): CsrMatrix {
  const rowCount = probabilities.length / classCount;
  const values = new Float64Array(probabilities.length);
  for (let row = 0; row < rowCount; row++) {
    const own = Float64Array.from(probabilities.slice(row * classCount, (row + 1) * classCount))
      .sort()
      .reverse();
    const sum = own.reduce((total, p) => total + p, 0);
    own.forEach((p, k) => {
      values[row * classCount + k] = sum > 0 ? p / sum : 0;
    });
  }
  return {
    rowCount,
    columnCount: classCount,
    rowStarts: Int32Array.from({ length: rowCount + 1 }, (_, row) => row * classCount),
    columns: Int32Array.from(values, (_, at) => at % classCount),
    values,
  };
}

function guessedSet(view: MultiLabelView, position: number): number[] {
  const guessed: number[] = [];
  const own = rowOf(view, position);
  for (let k = 0; k < own.length; k++) if (own[k]! >= view.thresholds[k]!) guessed.push(k);
  return guessed;
}

function rowOf({ probabilities, classCount }: MultiLabelView, position: number): Float32Array | Float64Array {
  return probabilities.subarray(position * classCount, (position + 1) * classCount);
}

/** Of counts that sum to `total`, in nats. */
function entropy(counts: readonly number[], total: number): number {
  let sum = 0;
  for (const count of counts) if (count > 0) sum -= (count / total) * Math.log(count / total);
  return sum;
}
