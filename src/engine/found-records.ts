/**
 * What a search has found, as the queue goes through it: one by one, or all at once after a random sample of it was
 * answered, so that nobody labels hundreds of records by the looks of the first three.
 */
import { type Interval, wilsonInterval } from '../core/evaluate/intervals.ts';
import type { Random } from '../core/random.ts';
import type { Row } from '../core/records/record.ts';
import { inSlices, partsOf } from './slices.ts';

/** Records answered one by one before the others are answered at once. */
const SAMPLE = 10;
/** Records looked at between two looks at the clock. */
const ROWS_A_STEP = 100;

/** What the search needs of the records. */
export interface FoundFacts {
  /** Whether a record may be answered with others: unanswered, and not of the audit set. */
  isOpen(row: Row): boolean;
  /** The labels a record has now. */
  labelsOf(row: Row): readonly string[] | undefined;
  hashOf(row: Row): string | undefined;
}

/** What can be said of the records that are left, before they are answered at once. */
export interface Rest {
  /** The records that would be answered. */
  readonly rows: readonly Row[];
  /** Answers of the sample by their label, the most frequent first. */
  readonly sampled: readonly { readonly label: string; readonly count: number }[];
  /** How many of the sample are answered, and of how many. */
  readonly answered: number;
  readonly drawn: number;
  /** What share of all found a label has that so many of the sample have, with its interval. */
  readonly share: (count: number) => Interval;
  /** Why no sample is needed: too few records, or all have the text of one that is answered. */
  readonly exempt: boolean;
}

export class FoundRecords {
  readonly query: string;
  readonly #rows: readonly Row[];
  /** Answered or put off since. */
  readonly #passed = new Set<Row>();
  #sample: readonly Row[] = [];

  constructor(query: string, rows: readonly Row[]) {
    this.query = query;
    this.#rows = rows;
  }

  get count(): number {
    return this.#rows.length;
  }

  passed(row: Row): void {
    this.#passed.add(row);
  }

  /** Its act was undone: it comes again. */
  cameBack(row: Row): void {
    this.#passed.delete(row);
  }

  /** The records that come next, the sample first. */
  next(limit: number, isThere: (row: Row) => boolean): Row[] {
    const next: Row[] = [];
    for (const row of new Set([...this.#sample, ...this.#rows])) {
      if (next.length >= limit) break;
      if (!this.#passed.has(row) && isThere(row)) next.push(row);
    }
    return next;
  }

  /** Draws the sample that is answered first. */
  async drawSample(facts: FoundFacts, random: Random): Promise<void> {
    const open = await this.#open(facts);
    const drawn = random.sample(open.length, Math.min(SAMPLE, open.length));
    this.#sample = Array.from(drawn, (place) => open[place]!);
  }

  /** Answers given of the sample, and how many records it holds; undefined before one is drawn. */
  sampled(facts: FoundFacts): { readonly answered: number; readonly drawn: number } | undefined {
    if (this.#sample.length === 0) return undefined;
    const answered = this.#sample.filter((row) => facts.labelsOf(row)).length;
    return { answered, drawn: this.#sample.length };
  }

  async rest(facts: FoundFacts): Promise<Rest> {
    const rows = await this.#open(facts);
    const counts = new Map<string, number>();
    for (const row of this.#sample) {
      for (const label of facts.labelsOf(row) ?? []) counts.set(label, (counts.get(label) ?? 0) + 1);
    }
    const answered = this.sampled(facts)?.answered ?? 0;
    return {
      rows,
      sampled: [...counts].map(([label, count]) => ({ label, count })).sort((a, b) => b.count - a.count),
      answered,
      share: (count) => wilsonInterval(count, answered),
      drawn: this.#sample.length,
      exempt: rows.length <= SAMPLE || this.#haveOneAnsweredText(rows, facts),
    };
  }

  /** A search may find a million. */
  async #open(facts: FoundFacts): Promise<Row[]> {
    const open: Row[] = [];
    await inSlices(
      (function* (rows) {
        for (const part of partsOf(rows, ROWS_A_STEP)) {
          for (const row of part) if (facts.isOpen(row)) open.push(row);
          yield;
        }
      })(this.#rows),
    );
    return open;
  }

  #haveOneAnsweredText(rows: readonly Row[], facts: FoundFacts): boolean {
    const hash = rows[0] === undefined ? undefined : facts.hashOf(rows[0]);
    if (hash === undefined || !rows.every((row) => facts.hashOf(row) === hash)) return false;
    return this.#rows.some((row) => facts.labelsOf(row) && facts.hashOf(row) === hash);
  }
}
