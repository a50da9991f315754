/** What crosses between the engine and the learning-curve page: whole snapshots. */
import type { Training } from './training.ts';

export interface CurveService {
  open(): Promise<CurveSnapshot>;
  /** Shows audit answers of one label that the model guesses as another, in the queue. Both are label ids. */
  showRecords(label: string, guessed: string): Promise<void>;
  /** Copies text to the clipboard of the person's machine. */
  copy(text: string): Promise<void>;
}

export interface CurveView {
  show(snapshot: CurveSnapshot): void;
}

/** A proportion in [0, 1] with its 95 % interval. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A model trained on the first `labels` training answers, measured on all audit answers of now. */
export interface CurvePoint {
  readonly labels: number;
  /** Where a record can have several labels: of sets that are right, whole. */
  readonly accuracy: Interval;
  readonly macroF1: Interval;
  /** Of all labels together; only where a record can have several. */
  readonly microF1?: Interval;
  /** The share of wrong decisions, record by label; likewise. */
  readonly hammingLoss?: Interval;
}

export interface PrequentialPoint {
  readonly labels: number;
  /** The share of the latest guesses (at most `window`) that were right before the person answered. */
  readonly accuracy: number;
}

export interface LabelCount {
  readonly id: string;
  readonly name: string;
  readonly color?: string;
  readonly trained: number;
  readonly audited: number;
  /** Answers that do neither: of audit records that were searched for, which is no random sample. */
  readonly aside?: number;
}

/** All answers with a label. */
export function answersWith({ trained, audited, aside = 0 }: LabelCount): number {
  return trained + audited + aside;
}

/** How well the newest model tells one label from the others, on the audit answers. */
export interface LabelQuality {
  /** Audit answers with this label, and guesses of it. */
  readonly support: number;
  readonly guessed: number;
  /** How many are both. */
  readonly right: number;
  readonly precision: Interval;
  readonly recall: Interval;
  readonly f1: Interval;
}

/** Audit answers of one label that the newest model guesses as another, or rightly: positions in `labels`. */
export interface ConfusionCell {
  readonly truth: number;
  readonly guessed: number;
  readonly count: number;
}

/** Whether the newest model's probabilities are what they say, on the audit answers. */
export interface Calibration {
  /** What its scores are divided by before they are shown as probabilities: above 1 it was too sure of itself. */
  readonly temperature: number;
  readonly bins: readonly ReliabilityBin[];
  /** The expected calibration error after that, in [0, 1]. */
  readonly error: number;
  /** What it stays below in 95 of 100 cases by chance alone, where every probability holds. */
  readonly errorByChance: number;
}

/** Guesses made with a probability above `from`, up to `to`. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly confidence: number;
  readonly accuracy: Interval;
}

/** How two successive models, 20 answers apart, agree on a fixed random part of the pool. */
export interface Agreement {
  readonly labels: number;
  readonly kappa: number;
  readonly changed: number;
  readonly changeOfF: number;
}

/** How far annotators agree: with each other on the same records, with themselves on equal texts. */
export interface AnnotatorAgreement {
  /** Answered by more than one annotator. */
  readonly records: number;
  /** Krippendorff's alpha over these; absent where there are none. */
  readonly alpha?: number;
  /** Cohen's kappa of any two, those with the most records in common first. */
  readonly pairs: readonly {
    readonly a: string;
    readonly b: string;
    readonly records: number;
    readonly kappa: number;
  }[];
  /** Of the texts one annotator answered in several records: how many, and how many always the same. */
  readonly themselves: readonly { readonly by: string; readonly texts: number; readonly same: number }[];
}

/** What the next 100 labels are likely to bring. */
export type Forecast =
  | {
      readonly known: true;
      /** From how many labels on. */
      readonly labels: number;
      /** Of accuracy, in [0, 1]. */
      readonly gain: Interval;
      /** For drawing: where the curve is likely to go. */
      readonly points: readonly { readonly labels: number; readonly accuracy: Interval }[];
      /** How many more labels one more point of accuracy takes; absent where it may never come. */
      readonly labelsForPoint?: { readonly value: number; readonly low: number; readonly high?: number };
    }
  | { readonly known: false; readonly why: string };

/** The project's own choice of records against records drawn at random, with equally many labels. */
export type AgainstRandom =
  | {
      readonly known: true;
      readonly labels: number;
      /** Accuracies, on the same audit answers. */
      readonly chosen: number;
      readonly random: number;
      /** chosen − random; in [-1, 1]. */
      readonly difference: Interval;
    }
  | { readonly known: false; readonly why: string };

/** Everything the learner measures; nothing of it is stored. */
export interface Measurement {
  /** Ascending in labels; empty until there are audit answers and a model. */
  readonly points: readonly CurvePoint[];
  /** One a label, as `labels` has them; empty while there are no points. */
  readonly quality: readonly LabelQuality[];
  /** Cells that hold an answer. */
  readonly confusion: readonly ConfusionCell[];
  readonly calibration?: Calibration;
  /** At most three, oldest first. */
  readonly agreements: readonly Agreement[];
  /** Mean entropy of the newest model on the same part of the pool, as a share of the highest possible. */
  readonly uncertainty?: number;
  readonly forecast: Forecast;
  readonly againstRandom: AgainstRandom;
}

/** What there is to say before there are a model and an audit answer. */
export const UNMEASURED: Measurement = {
  points: [],
  quality: [],
  confusion: [],
  agreements: [],
  forecast: { known: false, why: 'There is no curve yet.' },
  againstRandom: { known: false, why: 'There is no curve yet.' },
};

/** What a stopping criterion says. */
export interface StopAdvice {
  readonly name: string;
  readonly title: string;
  /** `unset`: the project sets no such goal. `unknown`: too little is known. */
  readonly state: 'met' | 'open' | 'unknown' | 'unset';
  readonly evidence: string;
  readonly citation: string;
}

/** What the answers have cost so far. */
export interface Spent {
  readonly answers: number;
  /** How many of them were given on a card, where the time is known. */
  readonly timed: number;
  /** On these, in all. */
  readonly minutes: number;
  /** In the person's own currency; absent where they set none. */
  readonly hourlyRate?: number;
}

export interface CurveSnapshot extends Measurement {
  readonly revision: number;
  readonly project: string;
  /** A record can have several labels: there are micro-F1 and Hamming loss, and no confusion, forecast and guesses. */
  readonly multiLabel?: true;
  /** Then: how many answers say that none applies. */
  readonly none?: { readonly trained: number; readonly audited: number };
  readonly prequential: readonly PrequentialPoint[];
  /** How many guesses one prequential point averages. */
  readonly window: number;
  readonly labels: readonly LabelCount[];
  readonly trained: number;
  readonly audited: number;
  readonly records: number;
  readonly stopping: readonly StopAdvice[];
  readonly spent: Spent;
  /** Absent where nothing was answered twice. */
  readonly agreement?: AnnotatorAgreement;
  /** What can honestly be said now, most important first: plain sentences. */
  readonly findings: readonly string[];
  readonly training: Training;
}
