/** Which key answers with which label: a label's own key, else its place: 1 … 9, 0. */
import { activeLabels, type Label } from '../core/records/label-set.ts';
import type { CardLabel } from '../protocol/queue.ts';

const POSITION_KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'];

/** The labels a card offers, in order. A position's key that is another label's own is not given twice. */
export function cardLabels(labels: readonly Label[]): CardLabel[] {
  const active = activeLabels(labels);
  const own = new Set(active.map(({ key }) => key));
  return active.map(({ id, name, key, color, description }, position) => {
    const byPosition = POSITION_KEYS[position];
    const answering = key ?? (byPosition !== undefined && !own.has(byPosition) ? byPosition : undefined);
    return {
      id,
      name,
      ...(answering === undefined ? {} : { key: answering }),
      ...(color === undefined ? {} : { color }),
      ...(description === undefined ? {} : { description }),
    };
  });
}
