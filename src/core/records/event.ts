/** The acts a label journal records, as types: the format of `docs/journal.md`, version 1. */
import type { RecordRef } from './record.ts';

export const JOURNAL_VERSION = 1;

/** What can be done to a record. `undo` names an event in `of`; undoing an undo is redo. */
export type Op = 'label' | 'clear' | 'skip' | 'unsure' | 'flag' | 'unflag' | 'note' | 'confirm' | 'undo';

/** Why this record was asked and what the person saw, as far as known: provenance. Of it only `batch` matters later, and
 * only for undo. */
export interface Why {
  readonly purpose?: 'audit' | 'train' | 'review' | 'search';
  readonly strategy?: string;
  readonly utility?: number;
  /** The revision of the model that chose the record. */
  readonly model?: number;
  /** The label id the model guessed, and its probability. */
  readonly guess?: string;
  readonly p?: number;
  /** Where a record can have several labels: all that the model guessed, by their ids, instead of `guess`. */
  readonly guesses?: readonly string[];
  /** Whether the guess was visible when the person answered. */
  readonly shown?: boolean;
  /** Milliseconds the card was on screen. */
  readonly ms?: number;
  /** Shared by the acts of one stroke: they are undone and redone together. */
  readonly batch?: string;
}

/** One line of a journal. Unknown fields and unknown ops are kept in the file and ignored here. */
export interface JournalEvent {
  readonly v: number;
  /** UUIDv7. */
  readonly id: string;
  /** Lamport counter: 1 + the highest this process had seen anywhere. */
  readonly lam: number;
  /** UTC, ISO 8601; for people only, never for ordering. */
  readonly at: string;
  readonly by: string;
  readonly op: Op;
  /** For `undo`: the id of the event undone. */
  readonly of?: string;
  /** Absent only for `undo`. */
  readonly rec?: RecordRef;
  /** Label ids; one in single-label projects; none: none applies, or, in single-label projects, cleared. */
  readonly labels?: readonly string[];
  readonly why?: Why;
  /** Only for `note`. */
  readonly text?: string;
}

/**
 * The highest counter that is obeyed: 2⁴⁰, a trillion acts, which nobody reaches by labeling. A line that claims more
 * is damaged or hostile; obeying it would leave no number for anybody's later act. At the limit the counter stays,
 * and the ids, which begin with the time, order what follows.
 */
export const HIGHEST_LAMPORT = 2 ** 40;

/** The counter of an act made now, by a process that has seen `highest`. */
export function nextLamport(highest: number): number {
  return Math.min(highest + 1, HIGHEST_LAMPORT);
}

/** The one order of events: by Lamport counter, then by id. Negative when `a` comes first. */
export function compareEvents(a: JournalEvent, b: JournalEvent): number {
  return a.lam - b.lam || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
