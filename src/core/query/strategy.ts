/** The contract of a query strategy: given what the model believes, which records to ask about next. Pure. */
import type { DenseRows } from '../features/dense-rows.ts';
import type { Random } from '../random.ts';

/** What a strategy may see of the pool. Candidate `i` is position `i` in every array; no labels of the pool, ever. */
export interface PoolView {
  /** How many records may be asked about. */
  readonly candidateCount: number;
  readonly classCount: number;
  /** Row-major, candidateCount × classCount, each row sums to 1. Absent before there is a model. */
  readonly probabilities?: Float32Array | Float64Array;
  /** How unsure the model is of each candidate, where that is known without their probabilities. */
  readonly uncertainties?: Partial<Uncertainties>;
  /** The space in which records are compared. Absent until the pool's features are learned. */
  readonly space?: DenseSpace;
  /** The answers so far. */
  readonly labelled: LabelledView;
  /**
   * What the members of a committee believe of these candidates: for each member positions × classCount, as
   * `probabilities`. Members learn from the answers drawn with replacement. There whenever there is a model; the
   * members are fitted anew by every call.
   */
  committee?(positions: Int32Array): readonly Float64Array[];
  /**
   * What a model would believe of the `judged` candidates (their probabilities) had this candidate been answered
   * with this class. There whenever there is a model; every call fits one.
   */
  whatIf?(position: number, classIndex: number, judged: Int32Array): Float64Array;
}

/** By candidate. */
export interface Uncertainties {
  /** The lead of the likeliest class over the second. */
  readonly margins: Float32Array;
  /** In nats. */
  readonly entropies: Float32Array;
  /** The probability of the likeliest class. */
  readonly confidences: Float32Array;
}

export interface DenseSpace {
  /** The rows of these candidates, each of length 1. */
  rows(positions: Int32Array): DenseRows;
  /** How typical each of these candidates is, in [0, 1]. */
  densities(positions: Int32Array): Float64Array;
}

export interface LabelledView {
  readonly classes: Int32Array;
  /** How each answer came about, in the same order; there for a strategy that needs it. */
  readonly origins?: readonly AnswerOrigin[];
  /** The answered records in the pool's space; there whenever the space is. */
  rows?(): DenseRows;
  /** What the model believes of the answered records; there whenever there is a model. */
  probabilities?(): Float64Array;
}

/** Whether the strategy of this name looks at how the answers came about. */
export function looksAtOrigins(name: string): boolean {
  return /^adaptive\b/.test(name);
}

export interface AnswerOrigin {
  /** What asked for it, as `Selection.by` or the strategy's name had it; absent for what nobody chose. */
  readonly strategy?: string;
  /** Whether the model's guess before the answer was right, where it had one. */
  readonly right?: boolean;
}

export interface Selection {
  /** Positions in the pool, best first, no repeats, at most `size` and at most `candidateCount`. */
  readonly chosen: Int32Array;
  /** The utility of each chosen record: higher = ask sooner. Finite. */
  readonly utilities: Float64Array;
  /** For each chosen record what asked for it, where that is not simply the strategy. */
  readonly by?: readonly string[];
}

export interface QueryStrategy {
  /** As in settings and on the command line. */
  readonly name: string;
  /** One sentence for settings and help: what it asks about and when it helps. */
  readonly summary: string;
  /** The paper it follows. */
  readonly citation: string;
  /** What a choice takes, beside the probabilities of the pool. */
  readonly cost: string;
  /** Whether it wants a model; without one the caller asks at random. */
  readonly needsModel: boolean;
  /** Where it asks no more of a model than one kind of uncertainty, so that the candidates' probabilities need not be held. */
  readonly byUncertainty?: keyof Uncertainties;
  /** Whether it compares records; until their space is learned the caller asks by margin. */
  readonly needsSpace: boolean;
  select(pool: PoolView, size: number, random: Random): Selection;
}
