/** Decides the order of the cards: what the learner chose, every tenth an audit record, the skipped last. Pure. */
import type { Row } from '../core/records/record.ts';
import type { ChosenRow } from '../protocol/learner.ts';

/** A record about to be asked, and why. */
export interface Asked {
  readonly row: Row;
  readonly purpose: 'audit' | 'train';
  /** What chose it, for records chosen by a model. */
  readonly strategy?: string;
  /** What that strategy asks about, as a sentence. */
  readonly asks?: string;
  readonly utility?: number;
  readonly guess?: ChosenRow['guess'];
  readonly modelRevision?: number;
}

/** Every tenth card measures the model instead of teaching it. */
export const AUDIT_PERIOD = 10;

export interface Choices {
  /** Cards already with the reader, in order: they keep their places. */
  readonly pinned: readonly Asked[];
  /** The learner's choice, best first. */
  readonly chosen: readonly Asked[];
  /** Audit records not yet answered, in hash order; empty once the audit is narrow enough. */
  readonly audit: readonly Row[];
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

  for (const asked of choices.pinned) if (choices.isOpen(asked.row)) take(asked);

  const train = choices.chosen.filter((asked) => choices.isOpen(asked.row)).values();
  const audit = choices.audit.filter(choices.isOpen).values();
  const takeNext = (source: Iterator<Asked>): boolean => {
    for (let next = source.next(); !next.done; next = source.next()) if (take(next.value)) return true;
    return false;
  };
  const auditCards: Iterator<Asked> = map(audit, (row) => ({ row, purpose: 'audit' }));

  while (order.length < choices.size) {
    const auditIsDue = (choices.answered + order.length) % AUDIT_PERIOD === AUDIT_PERIOD - 1;
    const [first, second] = auditIsDue ? [auditCards, train] : [train, auditCards];
    if (!takeNext(first) && !takeNext(second)) break;
  }
  for (const asked of choices.later) {
    if (order.length >= choices.size) break;
    take(asked);
  }
  return order;
}

function map<From, To>(source: Iterator<From>, change: (item: From) => To): Iterator<To> {
  return {
    next: () => {
      const step = source.next();
      return step.done ? { done: true, value: undefined } : { done: false, value: change(step.value) };
    },
  };
}
