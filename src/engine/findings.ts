/** What can honestly be said about the model now: plain sentences, most important first. Pure. */
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
    said.push('There is no model yet: it needs an answer for at least two labels.');
  } else if (audited === 0) {
    said.push(
      'There is no honest figure yet: every tenth card is an audit card, and the first ones measure the model.',
    );
  } else if (audited < FEW) {
    said.push(
      `${count(audited, 'audit answer')} so far: from ${FEW} on there is a figure. Every tenth card is an audit card.`,
    );
  } else if (newest) {
    said.push(
      `The model is right for about ${percent(newest.accuracy.value)} of all records ` +
        `(95 % interval ${percent(newest.accuracy.low)} to ${percent(newest.accuracy.high)}, from ${count(audited, 'audit answer')}).`,
    );
    const halfWidth = (newest.accuracy.high - newest.accuracy.low) / 2;
    if (halfWidth > WIDE) {
      // The width falls with the square root of the answers (Wilson 1927): four times as many halve it.
      said.push(
        `That interval is wide: it takes about ${count(3 * audited, 'more audit answer')} to halve it.`,
      );
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
      `No training answer yet for ${list(missing.map(({ name }) => name))}: the model can't guess ${missing.length === 1 ? 'it' : 'them'}.`,
    );
  }
  if (records > 0 && records < SMALL_POOL && trained > 0) {
    said.push(
      `With ${count(records, 'record')} choosing has little to gain: labeling all of them in plain order is as good.`,
    );
  }
  if (known.spent.answers >= BY_RULE.answers && known.spent.timed < BY_RULE.share * known.spent.answers) {
    said.push(
      'Nearly all answers came from a file or a command. Where a rule gives them, let it answer every record: choosing saves nothing.',
    );
  }
  return said;
}

/** "You can stop" only where a goal of the person's is met, or where nothing changes and little is to come. */
function aboutStopping({ stopping, forecast }: Known): string[] {
  const met = (name: string) => stopping.find((advice) => advice.name === name && advice.state === 'met');
  const target = met('target');
  if (target) return [`You can stop: the goal is reached. ${target.evidence}`];
  const budget = met('budget');
  if (budget) return [`You can stop: the budget is spent. ${budget.evidence}`];
  const settled = met('stable-predictions');
  if (!settled) return [];
  if (!forecast.known) {
    return [
      `The model's guesses have settled. Whether more labels still help can't be told yet: ${lowered(forecast.why)}`,
    ];
  }
  if (forecast.gain.high >= LITTLE) return [];
  return [
    `You can stop: the model's guesses have settled, and the next 100 labels are unlikely to bring a point. ${settled.evidence}`,
  ];
}

function aboutTheNext({ gain, labelsForPoint }: Measurement['forecast'] & { known: true }): string[] {
  const said = `The next 100 labels are likely to bring about ${points1(gain.value)} (between ${points1(gain.low)} and ${points1(gain.high)}).`;
  if (!labelsForPoint) return [said];
  const { value, low, high } = labelsForPoint;
  const range =
    high === undefined ? `at least ${rounded(low)}` : `between ${rounded(low)} and ${rounded(high)}`;
  return [said, `About ${rounded(value)} more labels for +1 point (${range}).`];
}

function aboutTheChoice({ againstRandom }: Known): string[] {
  if (!againstRandom.known) return [];
  const { labels, chosen, random, difference } = againstRandom;
  const figures = `with ${count(labels, 'label')} each, chosen records made a model that is right for ${percent(chosen)}, randomly drawn ones for ${percent(random)}`;
  if (difference.low > 0) return [`Choosing records pays: ${figures}.`];
  if (difference.high < 0) {
    return [`Choosing records did not pay so far: ${figures}. The strategy "random" may serve you better.`];
  }
  return [];
}

function aboutTheMajority(labels: readonly LabelCount[], audited: number, newest: CurvePoint): string[] {
  const largest = labels.reduce((most, label) => (label.audited > most.audited ? label : most));
  const share = largest.audited / audited;
  if (newest.accuracy.low > share) return [];
  return [
    `Answering "${largest.name}" to everything would be right for ${percent(share)}: the model has not clearly passed that.`,
  ];
}

function aboutTheTrend(points: readonly CurvePoint[]): string[] {
  const newest = points.at(-1)!;
  const earlier = points.findLast((point) => point.labels <= newest.labels / 2);
  if (!earlier) return [];
  const gain = newest.accuracy.value - earlier.accuracy.value;
  const since = `from ${count(earlier.labels, 'label')} to ${newest.labels.toLocaleString('en-US')}`;
  if (newest.accuracy.low > earlier.accuracy.value && gain > 0) {
    return [`It is still learning: ${points1(gain)} better ${since}.`];
  }
  return [
    `Whether the latest labels helped cannot be told yet: ${points1(gain)} ${since}, which is within the interval.`,
  ];
}

/** `+3.1 points` */
function points1(gain: number): string {
  return `${gain >= 0 ? '+' : '−'}${Math.abs(gain * 100).toFixed(1)} points`;
}

/** Two digits are all that such a figure carries. */
function rounded(value: number): string {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 1);
  return (Math.round(value / step) * step).toLocaleString('en-US');
}

function lowered(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

export function count(value: number, one: string): string {
  return `${value.toLocaleString('en-US')} ${one}${value === 1 ? '' : 's'}`;
}

export function list(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => `"${name}"`);
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
