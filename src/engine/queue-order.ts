/** Decides the order of the cards: what the learner chose, every tenth an audit record, the skipped last. Pure. */
import type { Row } from '../core/records/record.ts';
import type { ChosenRow } from '../protocol/learner.ts';

/** A record about to be asked, and why. */
export interface Asked {
  readonly row: Row;
  readonly purpose: 'audit' | 'train' | 'review';
  /** What chose it, for records chosen by a model. */
  readonly strategy?: string;
  /** What that strategy asks about, as a sentence. */
  readonly asks?: string;
  readonly utility?: number;
  readonly guess?: ChosenRow['guess'];
  /** Where a record can have several labels: all that the model would give. */
  readonly guesses?: ChosenRow['guesses'];
  readonly modelRevision?: number;
  /** For a record that came while somebody was labeling. */
  readonly arrived?: ChosenRow['arrived'];
}

/** Every tenth card measures the model instead of teaching it. */
export const AUDIT_PERIOD = 10;
/** Every fifth card looks again at an answer that is in doubt, as long as there is one. */
export const REVIEW_PERIOD = 5;

export interface Choices {
  /** Cards already with the reader, in order: they keep their places. */
  readonly pinned: readonly Asked[];
  /** The learner's choice, best first. */
  readonly chosen: readonly Asked[];
  /** Audit records not yet answered, in hash order; empty once the audit is narrow enough. */
  readonly audit: Iterable<Row>;
  /** Records that need a second look; with them, not being open is no hindrance. */
  readonly review: readonly Row[];
  /** Skipped records in the order skipped, then the unsure ones: asked when nothing else is left. */
  readonly later: readonly Asked[];
  /** How many records have been answered: it fixes where the audit cards fall. */
  readonly answered: number;
  readonly size: number;
  /** Whether a row may be asked now. */
  isOpen(row: Row): boolean;
}

/** The next cards, at most `size`, no record twice. */
export function arrange(choices: Choices): Asked[] {
  const order: Asked[] = [];
  const seen = new Set<Row>();
  const take = (asked: Asked | undefined): boolean => {
    if (!asked || seen.has(asked.row)) return false;
    seen.add(asked.row);
    order.push(asked);
    return true;
  };

  const inDoubt = new Set(choices.review);
  for (const asked of choices.pinned)
    if (asked.purpose === 'review' ? inDoubt.has(asked.row) : choices.isOpen(asked.row)) take(asked);

  // One by one, as far as they are wanted: to find out whether a record is open is most of the work here.
  const train = openOnes(choices.chosen, ({ row }) => choices.isOpen(row));
  const audit = openOnes(choices.audit, choices.isOpen);
  const takeNext = (source: Iterator<Asked>): boolean => {
    for (let next = source.next(); !next.done; next = source.next()) if (take(next.value)) return true;
    return false;
  };
  const auditCards: Iterator<Asked> = map(audit, (row) => ({ row, purpose: 'audit' }));

  const reviewCards: Iterator<Asked> = map(choices.review.values(), (row) => ({ row, purpose: 'review' }));

  while (order.length < choices.size) {
    const position = choices.answered + order.length;
    const auditIsDue = position % AUDIT_PERIOD === AUDIT_PERIOD - 1;
    const reviewIsDue = position % REVIEW_PERIOD === REVIEW_PERIOD - 2;
    const [first, second] = auditIsDue ? [auditCards, train] : [train, auditCards];
    if (reviewIsDue && takeNext(reviewCards)) continue;
    if (!takeNext(first) && !takeNext(second) && !takeNext(reviewCards)) break;
  }
  for (const asked of choices.later) {
    if (order.length >= choices.size) break;
    take(asked);
  }
  return order;
}

function* openOnes<Item>(items: Iterable<Item>, isOpen: (item: Item) => boolean): Generator<Item> {
  for (const item of items) if (isOpen(item)) yield item;
}

function map<From, To>(source: Iterator<From>, change: (item: From) => To): Iterator<To> {
  return {
    next: () => {
      const step = source.next();
      return step.done ? { done: true, value: undefined } : { done: false, value: change(step.value) };
    },
  };
}
