/** What can honestly be said about the model now: plain sentences, most important first. */
import { count, decimal, percent, say, sayAgain, sayOf } from '../core/say.ts';
import type { CurvePoint, LabelCount, Measurement, Spent, StopAdvice } from '../protocol/curve.ts';

/** Below this many records active learning has little to choose from. */
export const SMALL_POOL = 500;
/** With fewer audit answers than this a figure says nothing. */
export const FEW = 10;
/** An interval wider than this to either side says little. */
export const WIDE = 0.1;

/** Less than a point from the next 100 labels is little. */
const LITTLE = 0.01;
/** Where fewer of so many answers than a tenth were given on cards, something else than a reader gives them. */
const BY_RULE = { answers: 50, share: 0.1 };

export interface Known extends Pick<Measurement, 'points' | 'agreements' | 'forecast' | 'againstRandom'> {
  readonly stopping: readonly StopAdvice[];
  readonly spent: Spent;
  readonly labels: readonly LabelCount[];
  readonly trained: number;
  readonly audited: number;
  readonly records: number;
}

export function findings(known: Known): string[] {
  const { points, labels, trained, audited, records } = known;
  const said: string[] = [];
  const answered = labels.filter((label) => label.trained > 0);
  const newest = points.at(-1);
  if (answered.length < 2) {
    said.push(say('There is no model yet: it needs an answer for at least two labels.'));
  } else if (audited === 0) {
    said.push(noFigure());
  } else if (audited < FEW) {
    said.push(fewAnswers(audited));
  } else if (newest) {
    said.push(
      sayOf(
        audited,
        'The model is right for about {1} of all records (95 % interval {2} to {3}, from 1 audit answer).',
        'The model is right for about {1} of all records (95 % interval {2} to {3}, from {0} audit answers).',
        percent(newest.accuracy.value),
        percent(newest.accuracy.low),
        percent(newest.accuracy.high),
      ),
    );
    const halfWidth = (newest.accuracy.high - newest.accuracy.low) / 2;
    if (halfWidth > WIDE) {
      said.push(wideInterval(audited));
    }
    said.push(...aboutTheMajority(labels, audited, newest));
  }
  said.push(...aboutStopping(known));
  if (newest && audited >= FEW && answered.length >= 2) {
    said.push(...(known.forecast.known ? aboutTheNext(known.forecast) : aboutTheTrend(points)));
    said.push(...aboutTheChoice(known));
  }
  const missing = labels.filter((label) => label.trained === 0);
  if (answered.length > 0 && missing.length > 0) {
    said.push(
      sayOf(
        missing.length,
        "No training answer yet for {1}: the model can't guess it.",
        "No training answer yet for {1}: the model can't guess them.",
        list(missing.map(({ name }) => name)),
      ),
    );
  }
  if (records > 0 && records < SMALL_POOL && trained > 0) {
    said.push(smallPool(records));
  }
  if (known.spent.answers >= BY_RULE.answers && known.spent.timed < BY_RULE.share * known.spent.answers) {
    said.push(
      say(
        'Nearly all answers came from a file or a command. Where a rule gives them, let it answer every record: choosing saves nothing.',
      ),
    );
  }
  return said;
}

/** "You can stop" only where a goal of the person's is met, or where nothing changes and little is to come. */
function aboutStopping({ stopping, forecast }: Known): string[] {
  const met = (name: string) => stopping.find((advice) => advice.name === name && advice.state === 'met');
  const target = met('target');
  if (target) return [say('You can stop: the goal is reached. {0}', target.evidence)];
  const budget = met('budget');
  if (budget) return [budgetSpent(budget.evidence)];
  const settled = met('stable-predictions');
  if (!settled) return [];
  if (!forecast.known) {
    return [
      say(
        "The model's guesses have settled. Whether more labels still help can't be told yet. {0}",
        sayAgain(forecast.why),
      ),
    ];
  }
  if (forecast.gain.high >= LITTLE) return [];
  return [
    say(
      "You can stop: the model's guesses have settled, and the next 100 labels are unlikely to bring a point. {0}",
      settled.evidence,
    ),
  ];
}

function aboutTheNext({ gain, labelsForPoint }: Measurement['forecast'] & { known: true }): string[] {
  const said = say(
    'The next 100 labels are likely to bring about {0} (between {1} and {2}).',
    points1(gain.value),
    points1(gain.low),
    points1(gain.high),
  );
  if (!labelsForPoint) return [said];
  const { value, low, high } = labelsForPoint;
  const more =
    high === undefined
      ? say('About {0} more labels for +1 point (at least {1}).', rounded(value), rounded(low))
      : say(
          'About {0} more labels for +1 point (between {1} and {2}).',
          rounded(value),
          rounded(low),
          rounded(high),
        );
  return [said, more];
}

function aboutTheChoice({ againstRandom }: Known): string[] {
  if (!againstRandom.known) return [];
  const { labels, chosen, random, difference } = againstRandom;
  const figures = [count(labels), percent(chosen), percent(random)] as const;
  if (difference.low > 0) {
    return [
      say(
        'Choosing records pays: with {0} labels each, chosen records made a model that is right for {1}, randomly drawn ones for {2}.',
        ...figures,
      ),
    ];
  }
  if (difference.high < 0) {
    return [
      say(
        'Choosing records did not pay so far: with {0} labels each, chosen records made a model that is right for {1}, randomly drawn ones for {2}. The strategy "random" may serve you better.',
        ...figures,
      ),
    ];
  }
  return [];
}

function aboutTheMajority(labels: readonly LabelCount[], audited: number, newest: CurvePoint): string[] {
  const largest = labels.reduce((most, label) => (label.audited > most.audited ? label : most));
  const share = largest.audited / audited;
  if (newest.accuracy.low > share) return [];
  return [
    say(
      'Answering "{0}" to everything would be right for {1}: the model has not clearly passed that.',
      largest.name,
      percent(share),
    ),
  ];
}

function aboutTheTrend(points: readonly CurvePoint[]): string[] {
  const newest = points.at(-1)!;
  const earlier = points.findLast((point) => point.labels <= newest.labels / 2);
  if (!earlier) return [];
  const gain = newest.accuracy.value - earlier.accuracy.value;
  const figures = [points1(gain), count(newest.labels)] as const;
  if (newest.accuracy.low > earlier.accuracy.value && gain > 0) {
    return [
      sayOf(
        earlier.labels,
        'It is still learning: {1} better from 1 label to {2}.',
        'It is still learning: {1} better from {0} labels to {2}.',
        ...figures,
      ),
    ];
  }
  return [
    sayOf(
      earlier.labels,
      'Whether the latest labels helped cannot be told yet: {1} from 1 label to {2}, which is within the interval.',
      'Whether the latest labels helped cannot be told yet: {1} from {0} labels to {2}, which is within the interval.',
      ...figures,
    ),
  ];
}

/** `+3.1 points` */
function points1(gain: number): string {
  return say('{0} points', `${gain >= 0 ? '+' : '−'}${decimal(Math.abs(gain * 100), 1)}`);
}

/** Two digits are all that such a figure carries. */
function rounded(value: number): string {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 1);
  return count(Math.round(value / step) * step);
}

/** Sentences that are the same where a record can have several labels. */

export function noFigure(): string {
  return say(
    'There is no honest figure yet: every tenth card is an audit card, and the first ones measure the model.',
  );
}

export function fewAnswers(audited: number): string {
  return sayOf(
    audited,
    '1 audit answer so far: from {1} on there is a figure. Every tenth card is an audit card.',
    '{0} audit answers so far: from {1} on there is a figure. Every tenth card is an audit card.',
    FEW,
  );
}

/** The width falls with the square root of the answers (Wilson 1927): four times as many halve it. */
export function wideInterval(audited: number): string {
  return say('That interval is wide: it takes about {0} more audit answers to halve it.', count(3 * audited));
}

export function budgetSpent(evidence: string): string {
  return say('You can stop: the budget is spent. {0}', evidence);
}

export function smallPool(records: number): string {
  return sayOf(
    records,
    'With 1 record choosing has little to gain: labeling all of them in plain order is as good.',
    'With {0} records choosing has little to gain: labeling all of them in plain order is as good.',
  );
}

export function list(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => say('"{0}"', name));
  const more = names.length - shown.length;
  if (more > 0) return say('{0} and {1} more', shown.join(', '), count(more));
  return shown.length < 2 ? shown.join('') : say('{0} and {1}', shown.slice(0, -1).join(', '), shown.at(-1)!);
}
