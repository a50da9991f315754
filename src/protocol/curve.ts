/** What crosses between the engine and the learning-curve page: whole snapshots. */
import type { Training } from './training.ts';

export interface CurveService {
  open(): Promise<CurveSnapshot>;
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
  readonly accuracy: Interval;
  readonly macroF1: Interval;
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
}

export interface CurveSnapshot {
  readonly revision: number;
  readonly project: string;
  /** Ascending in labels; empty until there are audit answers and a model. */
  readonly points: readonly CurvePoint[];
  readonly prequential: readonly PrequentialPoint[];
  /** How many guesses one prequential point averages. */
  readonly window: number;
  readonly labels: readonly LabelCount[];
  readonly trained: number;
  readonly audited: number;
  readonly records: number;
  /** What can honestly be said now, most important first: plain sentences. */
  readonly findings: readonly string[];
  readonly training: Training;
}
