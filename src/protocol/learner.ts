/** What crosses between the engine and its learner worker. Rows are index rows; classes are positions 0…K-1. */
import type { Measurement } from './curve.ts';

export interface LearnerService {
  /**
   * Reads what is new in the index. Cheap when nothing is.
   *
   * @param auditThreshold records whose audit rank is below it are the audit set
   * @param language an ISO 639-1 code, which decides on stemming; absent: as detected
   */
  refresh(auditThreshold: number, language?: string): Promise<PoolFacts>;
  /** Fits on the labelled rows, scores the pool, chooses. The engine sends one at a time and only the newest. */
  teach(lesson: Lesson): Promise<Teaching>;
  /** As `teach`, where a record can have several labels. */
  teachSets(lesson: SetLesson): Promise<Teaching>;
  /** The rows whose text holds all words of this one, in row order; all rows when it holds none. */
  find(text: string): Promise<Int32Array>;
  /** The records most like this one, the likest first, itself among them. */
  similar(row: number): Promise<Int32Array>;
  /** The words that push hardest for and against a class in one record, by the latest model; undefined without one. */
  explain(row: number, classIndex: number): Promise<readonly TermWeight[] | undefined>;
  /** The latest model's guess for each of these rows, with its calibrated probability; undefined without a model. */
  guesses(rows: Int32Array): Promise<Guesses | undefined>;
  /** How far the latest model believes in the class given to each row, in [0, 1]; undefined without a model. */
  beliefs(rows: Int32Array, classes: Int32Array): Promise<Float32Array | undefined>;
  /** Texts made of sentences of answered records, between two classes; undefined without a model. */
  synthesize(request: SynthesisRequest): Promise<readonly SyntheticText[] | undefined>;
  /** Training answers that are likely wrong, the likeliest first, by models that have not learned from them. */
  suspects(request: SuspectsRequest): Promise<Suspects>;
  /** The honest curve: models on the first k training answers, measured on all audit answers. */
  curve(request: CurveRequest): Promise<Measurement>;
  /** As `curve`, where a record can have several labels. */
  curveOfSets(request: SetCurveRequest): Promise<Measurement>;
  close(): Promise<void>;
}

/** What the learner tells the engine. */
export interface LearnerEvents {
  /** The pool's features are learned: the next lesson chooses better than the last. */
  poolLearned(): void;
  /** Something is to be kept with the index, where large in shared memory: see `IndexerService`. */
  keep(name: 'features' | 'blocks' | 'dense', parts: readonly Uint8Array[]): void;
}

export interface PoolFacts {
  readonly generation: number;
  readonly records: number;
  /** Rows in the audit set, in the order in which they are to be asked; at most 5,000. */
  readonly auditRows: Int32Array;
}

export interface Lesson {
  readonly classCount: number;
  /** Training answers in the order given, audit answers never among them. */
  readonly rows: Int32Array;
  readonly classes: Int32Array;
  /** Rows not to be asked about (answered, skipped, stale…), besides the audit set. */
  readonly excluded: Int32Array;
  /** A registered query strategy; `default` is the product's own. */
  readonly strategy: string;
  /** A module with a person's own strategy, which stands in for the registered one. From the command line only. */
  readonly strategyModule?: string;
  /** How each training answer came about, in their order: for strategies that look at it. */
  readonly origins?: readonly { readonly strategy?: string; readonly right?: boolean }[];
  readonly classifier: string;
  readonly size: number;
  readonly seed: number;
  /** Membership of the audit set: records whose 32-bit audit rank is below this. */
  readonly auditThreshold: number;
  /** Whether records that come from now on may be asked about at once, and how many. */
  readonly stream?: StreamRules;
}

/** The classes of n records: record i has `members[starts[i]]` … `members[starts[i + 1] − 1]`, ascending. */
export interface ClassSets {
  readonly starts: Int32Array;
  readonly members: Int32Array;
}

/** A lesson where a record can have several labels; its strategy is one of those for sets. */
export type SetLesson = Pick<
  Lesson,
  'classCount' | 'rows' | 'excluded' | 'strategy' | 'size' | 'seed' | 'auditThreshold' | 'stream'
> & { readonly sets: ClassSets };

export interface SetCurveRequest {
  readonly classCount: number;
  readonly rows: Int32Array;
  readonly sets: ClassSets;
  readonly auditRows: Int32Array;
  readonly auditSets: ClassSets;
  /** Near-duplicates of records whose audit rank is below this do not train. */
  readonly auditThreshold: number;
}

/** As in the project file; see `core/query/stream.ts`. */
export interface StreamRules {
  /** Certainty, of 1, below which a new record is asked about. */
  readonly threshold: number;
  /** The share of the new records that may be asked about, of 1. */
  readonly budget: number;
}

export interface Teaching {
  readonly modelRevision: number;
  /** Whether a model was fitted; without two classes the choice is by the seed alone. */
  readonly fitted: boolean;
  /** The name of the strategy that chose. */
  readonly strategy: string;
  /** What it asks about, as a sentence for the card. */
  readonly asks: string;
  readonly chosen: readonly ChosenRow[];
  readonly ms: number;
}

export interface ChosenRow {
  readonly row: number;
  readonly utility: number;
  /** What asked for it, where that is not the strategy of the whole choice. */
  readonly strategy?: string;
  /** For a record asked because it has just come: how sure the model was of it, and below what it asks. */
  readonly arrived?: { readonly certainty: number; readonly below: number };
  /** The class the model believes in, with its probability; absent without a model. */
  readonly guess?: { readonly classIndex: number; readonly p: number };
  /** Where a record can have several labels: all that the model would give, surest first. */
  readonly guesses?: readonly { readonly classIndex: number; readonly p: number }[];
}

/** A class and its probability for each row asked about. */
export interface Guesses {
  readonly classes: Int32Array;
  readonly p: Float32Array;
}

export interface TermWeight {
  readonly term: string;
  /** In log-odds: positive speaks for the class. */
  readonly weight: number;
}

export interface SynthesisRequest {
  readonly classCount: number;
  readonly rows: Int32Array;
  readonly classes: Int32Array;
  readonly auditThreshold: number;
  readonly classifier: string;
  /** How many texts at most. */
  readonly count: number;
}

export interface SyntheticText {
  readonly text: string;
  /** The two records whose sentences it is made of. */
  readonly rows: readonly [number, number];
}

export type SuspectsRequest = Pick<
  CurveRequest,
  'rows' | 'classes' | 'classCount' | 'classifier' | 'auditThreshold'
>;

/** Of each suspect answer its row, what the model would have said, and how sure it is of that. */
export interface Suspects {
  readonly rows: Int32Array;
  readonly likely: Int32Array;
  readonly p: Float32Array;
}

export interface CurveRequest {
  readonly classCount: number;
  readonly rows: Int32Array;
  readonly classes: Int32Array;
  readonly auditRows: Int32Array;
  readonly auditClasses: Int32Array;
  /** Near-duplicates of records whose audit rank is below this do not train. */
  readonly auditThreshold: number;
  readonly classifier: string;
}
