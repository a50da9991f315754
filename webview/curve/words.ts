/** The curve in words and in comma-separated values, for those who hear it or take it elsewhere. */
import type { CurvePoint, CurveSnapshot, Interval } from '../../src/protocol/curve.ts';
import { say, sayOf } from '../ui/say.ts';
import { count, percent } from '../ui/words.ts';

/** The last two where a record can have several labels. */
export type Measure = 'accuracy' | 'macroF1' | 'microF1' | 'wholeSets';

export const measureNames: Readonly<Record<Measure, string>> = {
  accuracy: say('Audited accuracy'),
  macroF1: say('Audited macro-F1'),
  microF1: say('Audited micro-F1'),
  wholeSets: say('Audited sets, whole'),
};

/** Those that there are to choose from, the first one first. */
export function measuresOf({ multiLabel }: Pick<CurveSnapshot, 'multiLabel'>): readonly Measure[] {
  return multiLabel ? ['microF1', 'macroF1', 'wholeSets'] : ['accuracy', 'macroF1'];
}

/** Where a record can have several labels, accuracy is that of whole sets. */
export function figureOf(point: CurvePoint, measure: Measure): Interval {
  return (measure === 'wholeSets' ? undefined : point[measure]) ?? point.accuracy;
}

/** `87.2 %, between 85.0 % and 89.1 %`. */
export function intervalWords({ value, low, high }: Interval): string {
  return say('{0}, between {1} and {2}', percent(value, 1), percent(low, 1), percent(high, 1));
}

export function pointWords(point: CurvePoint, measure: Measure): string {
  return sayOf(point.labels, '1 answer: {1}', '{0} answers: {1}', intervalWords(figureOf(point, measure)));
}

export function afterWords(point: CurvePoint, measure: Measure): string {
  return sayOf(
    point.labels,
    'After 1 answer: {1}.',
    'After {0} answers: {1}.',
    intervalWords(figureOf(point, measure)),
  );
}

/** What the chart shows, in a few sentences. */
export function summaryOf({ points, prequential, window }: CurveSnapshot, measure: Measure): string {
  const first = points[0];
  const last = points.at(-1);
  const latest = prequential.at(-1);
  const sentences: string[] = [];
  if (first && last) {
    sentences.push(
      sayOf(
        last.labels,
        '{1} after 1 answer: {2}, with 95 % confidence.',
        '{1} after {0} answers: {2}, with 95 % confidence.',
        measureNames[measure],
        intervalWords(figureOf(last, measure)),
      ),
    );
    if (first !== last) sentences.push(afterWords(first, measure));
  }
  if (latest) {
    sentences.push(
      say(
        'Of the latest {0} guesses, {1} were right before the answer.',
        count(Math.min(window, latest.labels)),
        percent(latest.accuracy),
      ),
    );
  }
  return sentences.join(' ');
}

/** The share of guesses that were right when this many answers were there; undefined before the first guess. */
export function guessedBy(prequential: CurveSnapshot['prequential'], labels: number): number | undefined {
  return prequential.findLast((point) => point.labels <= labels)?.accuracy;
}

/** Why there is no curve yet, and what brings one. */
export function emptyWords({ audited, trained, training, multiLabel }: CurveSnapshot): string {
  if (trained + audited === 0)
    return say('There is no curve yet, because there are no answers yet. Label some records.');
  if (audited === 0) {
    return say(
      'There is no curve yet: it is measured on answers that are never learned from, and there are none so far. Go on labeling: records to measure come up among the others by themselves.',
    );
  }
  if (training.phase === 'cold') {
    return multiLabel
      ? say('There is no curve yet: a model needs a label that some answers have and others have not.')
      : say('There is no curve yet: a model needs answers with at least two different labels.');
  }
  return say('The first point is being measured.');
}

/** One row a number of answers, with both measures, their 95 % intervals, and the guesses before the answer. */
export function csvOf({ points, prequential, multiLabel }: CurveSnapshot): string {
  if (multiLabel) return csvOfSets(points);
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

/** Where a record can have several labels there are other figures, and no guesses before the answer. */
function csvOfSets(points: readonly CurvePoint[]): string {
  const names = ['micro_f1', 'macro_f1', 'whole_sets', 'hamming_loss'];
  const header = ['answers', ...names.flatMap((name) => [name, `${name}_low`, `${name}_high`])];
  const rows = points.map(({ labels, microF1, macroF1, accuracy, hammingLoss }) =>
    [labels, ...[microF1, macroF1, accuracy, hammingLoss].flatMap(cells)].join(','),
  );
  return [header.join(','), ...rows, ''].join('\r\n');
}

const csvHeader =
  'answers,accuracy,accuracy_low,accuracy_high,macro_f1,macro_f1_low,macro_f1_high,guessed_before_answer';

function cells(interval: Interval | undefined): readonly (number | '')[] {
  return interval ? [interval.value, interval.low, interval.high] : ['', '', ''];
}
