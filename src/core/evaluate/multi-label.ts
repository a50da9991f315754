/** How well predicted sets of labels match the true ones; the figures equal scikit-learn's. */
import { type LabelSets, setOf } from '../model/label-sets.ts';
import { f1OfShare, type Interval, wilsonInterval } from './intervals.ts';
import type { ClassCounts } from './metrics.ts';

/** Of one record: labels given rightly, given wrongly, and missed. */
export interface SetCounts {
  readonly right: Int32Array;
  readonly wrong: Int32Array;
  readonly missed: Int32Array;
  /** The same by label. */
  readonly byLabel: readonly ClassCounts[];
  readonly classCount: number;
}

export function setCounts(truth: LabelSets, predicted: LabelSets, classCount: number): SetCounts {
  const n = truth.starts.length - 1;
  const [right, wrong, missed] = [new Int32Array(n), new Int32Array(n), new Int32Array(n)];
  const byLabel = Array.from({ length: classCount }, () => ({ right: 0, wrong: 0, missed: 0 }));
  for (let record = 0; record < n; record++) {
    const own = setOf(truth, record);
    const given = setOf(predicted, record);
    for (const k of given) {
      const isRight = own.includes(k);
      (isRight ? right : wrong)[record]!++;
      byLabel[k]![isRight ? 'right' : 'wrong']++;
    }
    for (const k of own) {
      if (given.includes(k)) continue;
      missed[record]!++;
      byLabel[k]!.missed++;
    }
  }
  return { right, wrong, missed, byLabel, classCount };
}

/** F1 of all labels together, 2·right / (2·right + wrong + missed); 0 where there is nothing to find and nothing given. */
export function microF1({ byLabel }: Pick<SetCounts, 'byLabel'>): number {
  const sum = (part: keyof ClassCounts) => byLabel.reduce((total, counts) => total + counts[part], 0);
  const all = 2 * sum('right') + sum('wrong') + sum('missed');
  return all === 0 ? 0 : (2 * sum('right')) / all;
}

/** The mean F1 of the labels that occur, in truth or prediction. */
export function macroF1OfSets({ byLabel }: Pick<SetCounts, 'byLabel'>): number {
  const occurring = byLabel.filter(({ right, wrong, missed }) => right + wrong + missed > 0);
  const sum = occurring.reduce((total, counts) => total + microF1({ byLabel: [counts] }), 0);
  return occurring.length === 0 ? 0 : sum / occurring.length;
}

/** The share of all decisions, record by label, that are wrong. */
export function hammingLoss({ wrong, missed, classCount }: SetCounts): number {
  const decisions = wrong.length * classCount;
  return decisions === 0 ? 0 : (total(wrong) + total(missed)) / decisions;
}

/** The share of records whose set is right, whole. */
export function subsetAccuracy({ wrong, missed }: SetCounts): number {
  return wrong.length === 0 ? 0 : exact(wrong, missed) / wrong.length;
}

/** Micro-F1 with its 95 % interval: as `f1Interval`, with what belongs to one record counted as going together. */
export function microF1Interval({ right, wrong, missed }: SetCounts): Interval {
  const { value, low, high } = shareByRecord(
    right,
    right.map((own, record) => own + wrong[record]! + missed[record]!),
  );
  return { value: f1OfShare(value), low: f1OfShare(low), high: f1OfShare(high) };
}

/** The Hamming loss with its 95 % interval. */
export function hammingInterval({ wrong, missed, classCount }: SetCounts): Interval {
  return shareByRecord(
    wrong.map((own, record) => own + missed[record]!),
    wrong.map(() => classCount),
  );
}

export function subsetInterval({ wrong, missed }: SetCounts): Interval {
  return wilsonInterval(exact(wrong, missed), wrong.length);
}

/**
 * A share Σaᵢ / Σuᵢ of what records hold, with Wilson's interval for as many independent decisions as these are worth:
 * decisions about one record go together, which makes the variance of the ratio larger than a proportion's by the
 * design effect (Kish 1965; with Wilson's interval as Dean & Pagano 2015 do). Estimated from the records; at its
 * largest, a record a decision, where all of them agree and there is nothing to estimate it from.
 */
export function shareByRecord(a: Int32Array, u: Int32Array): Interval {
  const [parts, wholes] = [total(a), total(u)];
  if (wholes === 0) return wilsonInterval(0, 0);
  const share = parts / wholes;
  const holding = u.reduce((count, own) => count + (own > 0 ? 1 : 0), 0);
  const largest = u.reduce((sum, own) => sum + own * own, 0) / wholes;
  let effect = largest;
  if (share > 0 && share < 1 && holding > 1) {
    const squares = a.reduce((sum, own, record) => sum + (own - share * u[record]!) ** 2, 0);
    const variance = ((holding / (holding - 1)) * squares) / wholes ** 2;
    effect = Math.max(1, variance / ((share * (1 - share)) / wholes));
  }
  const worth = wholes / effect;
  return wilsonInterval(share * worth, worth);
}

function exact(wrong: Int32Array, missed: Int32Array): number {
  return wrong.reduce((count, own, record) => count + (own + missed[record]! === 0 ? 1 : 0), 0);
}

function total(values: Int32Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
