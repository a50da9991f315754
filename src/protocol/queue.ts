/** What crosses between the engine and the queue page: whole snapshots one way, answers the other. */
import type { Guidelines } from './guidelines.ts';
import type { Training } from './training.ts';

/** What the page calls. Every answer is the new state; a rejected call means nothing was saved. */
export interface QueueService {
  /** The state now. Called when the page starts and whenever it is shown again. */
  open(): Promise<QueueSnapshot>;
  label(answer: Answer): Promise<QueueSnapshot>;
  /** Skip comes back later; unsure comes back last; flag and unflag mark without answering. */
  mark(mark: Mark): Promise<QueueSnapshot>;
  /** Shows the records a query finds instead of those the model chose; an empty one goes back to these. */
  search(query: string): Promise<QueueSnapshot>;
  /** Gives all records found and not answered yet one label, which the shell asks for. */
  labelAllFound(): Promise<void>;
  undo(): Promise<QueueSnapshot>;
  redo(): Promise<QueueSnapshot>;
  /** The words that speak loudest for and against a label in a record, by the model of now; strongest first. */
  explain(key: string, label: string): Promise<readonly WordWeight[]>;
  /** How to label: the project's guidelines, and examples from this person's answers. */
  guidelines(): Promise<Guidelines>;
  /** Opens the guidelines file beside the page; makes one where there is none. */
  editGuidelines(): Promise<void>;
  /** Opens the record's file at its line beside the page. */
  openSource(key: string): Promise<void>;
  /** Tells the shell whether a text field has the focus, so that its single-key shortcuts stay out of the way. */
  inputFocus(focused: boolean): Promise<void>;
}

/** What the engine's shell calls on the page. */
export interface QueueView {
  /** A fresh whole state; older revisions than the one shown are ignored. */
  show(snapshot: QueueSnapshot): void;
  /** Searches, as if the person had asked for it. */
  find(query: string): void;
  /** A contributed command: carried out by the page because only it knows the card on screen. */
  perform(action: QueueAction): void;
}

export type QueueAction =
  | 'skip'
  | 'unsure'
  | 'flag'
  | 'undo'
  | 'redo'
  | 'previous'
  | 'next'
  | 'openSource'
  | 'find'
  | 'findSimilar'
  | 'labelAllFound'
  | 'acceptGuess'
  | 'toggleWhy'
  | 'toggleGuidelines'
  | 'toggleKeys';

export interface Answer {
  /** UUIDv7 made by the page: sending one answer twice saves it once. */
  readonly event: string;
  readonly key: string;
  /**
   * Label ids; null clears. Where a record can have several labels, an empty list says that none applies; elsewhere
   * it clears, too.
   */
  readonly labels: readonly string[] | null;
  /** Whether the guess was visible. */
  readonly shown: boolean;
  /** Milliseconds on screen. */
  readonly ms: number;
}

export interface Mark {
  readonly event: string;
  readonly key: string;
  readonly op: 'skip' | 'unsure' | 'flag' | 'unflag';
  readonly ms: number;
}

export interface QueueSnapshot {
  readonly revision: number;
  readonly project: string;
  readonly labels: readonly CardLabel[];
  /** A record can have several labels, or none of them: label keys put one on or take it off, and Enter saves. */
  readonly multiLabel?: true;
  /** What to ask, in order: the first is on screen. Empty: see `nothingLeft`. */
  readonly upcoming: readonly Card[];
  /** The latest answers, oldest first, at most twenty. */
  readonly history: readonly Card[];
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly counts: QueueCounts;
  /** Since the queue was opened. */
  readonly sitting: SittingProgress;
  readonly training: Training;
  /** Present while `upcoming` holds what was searched for. */
  readonly search?: {
    readonly query: string;
    readonly found: number;
    /** A random part of them that is answered first, before the others are answered at once. */
    readonly sample?: { readonly answered: number; readonly drawn: number };
  };
  /** Present while files are being read. */
  readonly indexing?: IndexingProgress;
  /** Something the person must know; a red one means that labels can't be saved now. */
  readonly banner?: Banner;
  /** Why there is no card, as a sentence with a way out; present only when `upcoming` is empty. */
  readonly nothingLeft?: string;
}

export interface SittingProgress {
  readonly answered: number;
  /** Answers this person means to give in a sitting. */
  readonly goal?: number;
  /** Answers a minute of looking at cards; absent while there are too few. */
  readonly perMinute?: number;
}

export interface CardLabel {
  readonly id: string;
  readonly name: string;
  /** The key that answers with it (`1`, `s`); absent above ten labels without own keys. */
  readonly key?: string;
  readonly color?: string;
  readonly description?: string;
}

export interface Card {
  readonly key: string;
  /** At most 64 KiB of it; `truncated` says there is more. */
  readonly text: string;
  readonly truncated: boolean;
  /** The text that the answer was given to, where it has changed since and is known; cut like `text`. */
  readonly before?: string;
  /** The record's other fields, as text. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly src: string;
  readonly line: number;
  readonly purpose: 'audit' | 'train' | 'review';
  /** Why this record is asked, as a sentence. */
  readonly why: string;
  /** The model's guess. Absent on audit cards: nobody is to be influenced there. */
  readonly guess?: Guess;
  /** Where a record can have several labels: all that the model would give, surest first, instead of `guess`. */
  readonly guesses?: readonly Guess[];
  /** The current answer of this person, when there is one; empty: none of the labels applies. */
  readonly answer?: readonly string[];
  readonly flagged: boolean;
}

export interface Guess {
  readonly label: string;
  /** In [0, 1]. */
  readonly p: number;
}

export interface WordWeight {
  readonly word: string;
  /** In log-odds: positive speaks for the label. */
  readonly weight: number;
}

export interface QueueCounts {
  readonly records: number;
  readonly labelled: number;
  /** How many of the labelled are audit labels. */
  readonly audited: number;
  readonly skipped: number;
  readonly problems: number;
}

export interface IndexingProgress {
  readonly files: number;
  readonly filesDone: number;
  readonly records: number;
  readonly problems: number;
}

export interface Banner {
  readonly kind: 'error' | 'warning' | 'info';
  readonly message: string;
  readonly wayOut?: string;
}
