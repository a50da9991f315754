/** The curve in words and in comma-separated values, for those who hear it or take it elsewhere. */
import type { CurvePoint, CurveSnapshot, Interval } from '../../src/protocol/curve.ts';
import { count, counted, percent } from '../ui/words.ts';

export type Measure = 'accuracy' | 'macroF1';

export const measureNames: Readonly<Record<Measure, string>> = {
  accuracy: 'Audited accuracy',
  macroF1: 'Audited macro-F1',
};

/** `87.2 %, between 85.0 % and 89.1 %`. */
export function intervalWords({ value, low, high }: Interval): string {
  return `${percent(value, 1)}, between ${percent(low, 1)} and ${percent(high, 1)}`;
}

export function pointWords(point: CurvePoint, measure: Measure): string {
  return `${counted(point.labels, 'answer')}: ${intervalWords(point[measure])}`;
}

/** What the chart shows, in a few sentences. */
export function summaryOf({ points, prequential, window }: CurveSnapshot, measure: Measure): string {
  const first = points[0];
  const last = points.at(-1);
  const latest = prequential.at(-1);
  const sentences: string[] = [];
  if (first && last) {
    sentences.push(`${measureNames[measure]} after ${pointWords(last, measure)}, with 95 % confidence.`);
    if (first !== last) sentences.push(`After ${pointWords(first, measure)}.`);
  }
  if (latest) {
    sentences.push(
      `Of the latest ${count(Math.min(window, latest.labels))} guesses, ${percent(latest.accuracy)} were right before the answer.`,
    );
  }
  return sentences.join(' ');
}

/** The share of guesses that were right when this many answers were there; undefined before the first guess. */
export function guessedBy(prequential: CurveSnapshot['prequential'], labels: number): number | undefined {
  return prequential.findLast((point) => point.labels <= labels)?.accuracy;
}

/** Why there is no curve yet, and what brings one. */
export function emptyWords({ audited, trained, training }: CurveSnapshot): string {
  if (trained + audited === 0)
    return 'There is no curve yet, because there are no answers yet. Label some records.';
  if (audited === 0) {
    return 'There is no curve yet: it is measured on answers that are never learned from, and there are none so far. Go on labeling: records to measure come up among the others by themselves.';
  }
  if (training.phase === 'cold') {
    return 'There is no curve yet: a model needs answers with at least two different labels.';
  }
  return 'The first point is being measured.';
}

/** One row a number of answers, with both measures, their 95 % intervals, and the guesses before the answer. */
export function csvOf({ points, prequential }: CurveSnapshot): string {
  const pointAt = new Map(points.map((point) => [point.labels, point]));
  const guessedAt = new Map(prequential.map((point) => [point.labels, point.accuracy]));
  const rows = [...new Set([...pointAt.keys(), ...guessedAt.keys()])]
    .sort((a, b) => a - b)
    .map((labels) => {
      const point = pointAt.get(labels);
      const parts = [
        labels,
        ...cells(point?.accuracy),
        ...cells(point?.macroF1),
        guessedAt.get(labels) ?? '',
      ];
      return parts.join(',');
    });
  return [csvHeader, ...rows, ''].join('\r\n');
}

const csvHeader =
  'answers,accuracy,accuracy_low,accuracy_high,macro_f1,macro_f1_low,macro_f1_high,guessed_before_answer';

function cells(interval: Interval | undefined): readonly (number | '')[] {
  return interval ? [interval.value, interval.low, interval.high] : ['', '', ''];
}
