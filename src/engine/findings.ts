/** What can honestly be said about the model now: plain sentences, most important first. Pure. */
import type { CurvePoint, LabelCount } from '../protocol/curve.ts';

/** Below this many records active learning has little to choose from. */
const SMALL_POOL = 500;
/** With fewer audit answers than this a figure says nothing. */
export const FEW = 10;
/** An interval wider than this to either side says little. */
const WIDE = 0.1;

export interface Known {
  readonly points: readonly CurvePoint[];
  readonly labels: readonly LabelCount[];
  readonly trained: number;
  readonly audited: number;
  readonly records: number;
}

export function findings({ points, labels, trained, audited, records }: Known): string[] {
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
    said.push(...aboutTheMajority(labels, audited, newest), ...aboutTheTrend(points));
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
  return said;
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

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function count(value: number, one: string): string {
  return `${value.toLocaleString('en-US')} ${one}${value === 1 ? '' : 's'}`;
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => `"${name}"`);
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
