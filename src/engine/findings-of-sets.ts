/** What can honestly be said where a record can have several labels: as `findings.ts`, without what has no meaning. Pure. */
import { percent, say, sayOf } from '../core/say.ts';
import {
  budgetSpent,
  FEW,
  fewAnswers,
  type Known,
  list,
  noFigure,
  SMALL_POOL,
  smallPool,
  WIDE,
  wideInterval,
} from './findings.ts';

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
    said.push(say('There is no model yet: it needs a label that some answers have and others have not.'));
  } else if (audited === 0) {
    said.push(noFigure());
  } else if (audited < FEW) {
    said.push(fewAnswers(audited));
  } else if (newest?.microF1) {
    const { value, low, high } = newest.microF1;
    said.push(
      sayOf(
        audited,
        'The model gives labels with a micro-F1 of about {1} (95 % interval {2} to {3}, from 1 audit answer); for {4} of all records the whole set is right.',
        'The model gives labels with a micro-F1 of about {1} (95 % interval {2} to {3}, from {0} audit answers); for {4} of all records the whole set is right.',
        percent(value),
        percent(low),
        percent(high),
        percent(newest.accuracy.value),
      ),
    );
    if ((high - low) / 2 > WIDE) {
      said.push(wideInterval(audited));
    }
  }
  const budget = stopping.find(({ name, state }) => name === 'budget' && state === 'met');
  if (budget) said.push(budgetSpent(budget.evidence));
  const missing = labels.filter((label) => label.trained === 0);
  if (trained > 0 && missing.length > 0) {
    said.push(
      sayOf(
        missing.length,
        "No training answer yet with {1}: the model can't give it.",
        "No training answer yet with {1}: the model can't give them.",
        list(missing.map(({ name }) => name)),
      ),
    );
  }
  if (trained >= FEW && none.trained === 0) {
    said.push(
      say('No answer says yet that none of the labels applies: records without any will seem to have some.'),
    );
  }
  if (records > 0 && records < SMALL_POOL && trained > 0) {
    said.push(smallPool(records));
  }
  return said;
}
