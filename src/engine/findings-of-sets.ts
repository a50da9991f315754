/** What can honestly be said where a record can have several labels: as `findings.ts`, without what has no meaning. Pure. */
import { count, FEW, type Known, list, percent, SMALL_POOL, WIDE } from './findings.ts';

export interface KnownOfSets extends Known {
  /** How many answers say that none of the labels applies. */
  readonly none: { readonly trained: number; readonly audited: number };
}

export function findingsOfSets(known: KnownOfSets): string[] {
  const { points, labels, none, trained, audited, records, stopping } = known;
  const said: string[] = [];
  const newest = points.at(-1);
  const isTaught = labels.some((label) => label.trained > 0 && label.trained < trained);
  if (!isTaught) {
    said.push('There is no model yet: it needs a label that some answers have and others have not.');
  } else if (audited === 0) {
    said.push(
      'There is no honest figure yet: every tenth card is an audit card, and the first ones measure the model.',
    );
  } else if (audited < FEW) {
    said.push(
      `${count(audited, 'audit answer')} so far: from ${FEW} on there is a figure. Every tenth card is an audit card.`,
    );
  } else if (newest?.microF1) {
    const { value, low, high } = newest.microF1;
    said.push(
      `The model gives labels with a micro-F1 of about ${percent(value)} ` +
        `(95 % interval ${percent(low)} to ${percent(high)}, from ${count(audited, 'audit answer')}); ` +
        `for ${percent(newest.accuracy.value)} of all records the whole set is right.`,
    );
    if ((high - low) / 2 > WIDE) {
      said.push(
        `That interval is wide: it takes about ${count(3 * audited, 'more audit answer')} to halve it.`,
      );
    }
  }
  const budget = stopping.find(({ name, state }) => name === 'budget' && state === 'met');
  if (budget) said.push(`You can stop: the budget is spent. ${budget.evidence}`);
  const missing = labels.filter((label) => label.trained === 0);
  if (trained > 0 && missing.length > 0) {
    said.push(
      `No training answer yet with ${list(missing.map(({ name }) => name))}: the model can't give ${missing.length === 1 ? 'it' : 'them'}.`,
    );
  }
  if (trained >= FEW && none.trained === 0) {
    said.push(
      'No answer says yet that none of the labels applies: records without any will seem to have some.',
    );
  }
  if (records > 0 && records < SMALL_POOL && trained > 0) {
    said.push(
      `With ${count(records, 'record')} choosing has little to gain: labeling all of them in plain order is as good.`,
    );
  }
  return said;
}
