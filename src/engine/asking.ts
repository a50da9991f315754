/** What can be asked now and why: the learner's choice, records drawn at random, the audit set, answers in doubt. */
import { Random } from '../core/random.ts';
import { auditThreshold } from '../core/records/audit.ts';
import type { Project } from '../core/records/project.ts';
import type { Row } from '../core/records/record.ts';
import { isSynthetic } from '../core/records/synthetic.ts';
import { decimal, percent, say, sayAgain } from '../core/say.ts';
import type { LiveRows } from '../store/store.ts';
import type { Answers } from './answers.ts';
import type { FolderIndex } from './folder-index.ts';
import type { Learning } from './learning.ts';
import type { Asked } from './queue-order.ts';
import { type ReviewFacts, whyReview } from './review.ts';
import { syntheticFile } from './synthesis.ts';

/** The audit goes on until its interval is this narrow to either side. */
const AUDIT_HALF_WIDTH = 0.02;
/** Audit records held ready. */
const AUDIT_AHEAD = 40;
/** Records that need a second look held ready. */
const REVIEW_AHEAD = 40;
/** How long a view waits for the first choice before it shows records drawn at random, in milliseconds. */
const FIRST_CHOICE_WAIT = 1500;
/** A larger pool's first choice takes longer than that in any case. */
const MOST_RECORDS_WAITED_FOR = 500_000;
/** Records drawn at once while there is no choice: as many as a choice holds. */
const DRAWN = 100;
/** Likewise of the audit set, whose first records may have been answered. */
const AUDIT_DRAWN = 1000;
/** Synthetic records looked through for open ones. */
const SYNTHETIC_AHEAD = 1000;

export interface AskingOptions {
  readonly annotator: string;
  readonly answers: Answers;
  readonly learning: Learning;
  readonly index: FolderIndex;
  project(): Project;
}

export class Asking {
  readonly #answers: Answers;
  readonly #learning: Learning;
  readonly #index: FolderIndex;
  readonly #project: () => Project;
  readonly #syntheticFile: string;
  #draw: Draw = { generation: -1, train: [], audit: [] };
  /** Until when the first choice is waited for; 0 where it isn't. */
  #settledFrom = 0;

  constructor({ annotator, answers, learning, index, project }: AskingOptions) {
    this.#syntheticFile = syntheticFile(annotator);
    this.#answers = answers;
    this.#learning = learning;
    this.#index = index;
    this.#project = project;
  }

  /** From now on waits a moment for the first choice, if there are answers to make one from. @returns how long, in ms */
  awaitFirstChoice(): number {
    if (this.#taughtLabels() < 2 || this.#index.counts.records > MOST_RECORDS_WAITED_FOR) return 0;
    this.#settledFrom = performance.now() + FIRST_CHOICE_WAIT;
    return FIRST_CHOICE_WAIT;
  }

  /** Whether a record may be asked now: indexed, and without an answer, a skip or an unsure. */
  isOpen(row: Row): boolean {
    if (!this.#answers.isOpen(row)) return false;
    const record = this.#index.record(row);
    if (!record) return false;
    // A row that has come since the answers were matched may have one: whether it does is known in a moment.
    const isUnsettled = this.#index.isBehind || this.#answers.isMatching;
    return !(isUnsettled && !this.#answers.state(row) && this.#answers.knowsText(record.hash));
  }

  /**
   * What this annotator had made, then what the learner chose, best first; until it has, and when it can't, records
   * drawn at random.
   */
  chosen(): readonly Asked[] {
    return [...this.#synthetic(), ...this.#chosenOfPool()];
  }

  #chosenOfPool(): readonly Asked[] {
    const chosen = this.#learning.chosen ?? [];
    const canLearn = this.#learning.training.phase !== 'failed';
    if (canLearn && (this.#learning.chosen || this.#isSettling())) return chosen;
    const drawn = this.#drawn().train.map((row): Asked => ({ row, purpose: 'train' }));
    return [...chosen, ...drawn];
  }

  /** Records made of others at this annotator's wish. */
  #synthetic(): Asked[] {
    const made = this.#index.recordsInLines(this.#syntheticFile, 1, Number.MAX_SAFE_INTEGER, SYNTHETIC_AHEAD);
    return made
      .filter(({ row }) => this.isOpen(row))
      .map(({ row }) => ({ row, purpose: 'train', strategy: 'synthesis' }));
  }

  /** Audit records to ask, in hash order; none once the audit is narrow enough. */
  *audit(auditRows: readonly Row[] = this.#auditForViews()): Generator<Row> {
    const newest = this.#learning.measurement.points.at(-1);
    const figure = newest?.microF1 ?? newest?.accuracy;
    if (figure && (figure.high - figure.low) / 2 <= AUDIT_HALF_WIDTH) return;
    let ahead = 0;
    for (const row of auditRows) {
      if (!this.isOpen(row)) continue;
      yield row;
      if (++ahead >= AUDIT_AHEAD) break;
    }
  }

  /** The records that need a second look: the disputed ones, those whose label was split, the stale ones. */
  *inDoubt(): Generator<Row> {
    const { disputed, split } = this.#answers.tally;
    yield* disputed;
    for (const row of split) if (!disputed.has(row)) yield row;
    for (const row of this.#answers.stale()) if (!disputed.has(row) && !split.has(row)) yield row;
  }

  /** The first of them. */
  review(): Row[] {
    const rows: Row[] = [];
    for (const row of this.inDoubt()) {
      if (rows.length >= REVIEW_AHEAD) break;
      if (this.#index.record(row)) rows.push(row);
    }
    return rows;
  }

  /** Skipped records, oldest first, then the unsure ones. */
  later(): Asked[] {
    return this.#answers.tally.later().map((row) => this.unchosen(row));
  }

  /** A record nobody chose: looked at again, or asked because little else is left. */
  unchosen(row: Row): Asked {
    if (this.needsReview(row)) return { row, purpose: 'review' };
    return { row, purpose: this.#answers.isAudit(row) ? 'audit' : 'train' };
  }

  /** Whether an answer of this record was given to another text, its label was split, or annotators differ about it. */
  needsReview(row: Row): boolean {
    const { disputed, split } = this.#answers.tally;
    return disputed.has(row) || split.has(row) || this.#answers.stale().has(row);
  }

  /** What a second look is explained from. */
  reviewFacts(): ReviewFacts {
    return {
      labels: this.#project().labels,
      event: (id) => this.#answers.event(id),
      byHash: (hash) => this.#index.byHash(hash),
    };
  }

  /** Why a card is asked, in a sentence. @param showsBefore whether the card shows the text a stale answer was given to */
  sayWhy(asked: Asked, showsBefore = false): string {
    const state = this.#answers.state(asked.row);
    const review = state && whyReview(asked.row, state, this.reviewFacts(), showsBefore);
    if (review !== undefined) return review;
    if (asked.purpose === 'audit')
      return say('Drawn at random to measure the model, which never trains on it.');
    if (isSynthetic(this.#index.record(asked.row)?.src ?? ''))
      return say(
        'Synthetic: made of sentences of two records with different labels. Nobody wrote it; skip it if no label is right.',
      );
    if (state?.skipped || state?.unsure)
      return say('Put off before; it is back because little else is left.');
    if (state?.labels && asked.utility === undefined) return say('Answered before.');
    if (asked.utility === undefined) return this.#whyRandom();
    if (asked.arrived) return whyArrived(asked.arrived);
    return asked.modelRevision === undefined
      ? say('{0} Strategy {1}, utility {2}.', ...whatChose(asked))
      : say('{0} Strategy {1}, utility {2}, model {3}.', ...whatChose(asked), asked.modelRevision);
  }

  /** Why there is no card, with what can be done. */
  whyNothingLeft(): string {
    const { records } = this.#index.counts;
    if (this.#index.progress) return say('Reading the first records…');
    if (records === 0) return say('No records were found. Check "sources" in .inkling/project.json.');
    if (this.#answers.tally.labelled < records && !this.#learning.chosen?.length)
      return say('Choosing the first records…');
    return say('Every record has an answer. Export the labels, or look at the learning curve.');
  }

  #whyRandom(): string {
    if (this.#learning.training.phase === 'failed')
      return say("Drawn at random: the model can't learn at the moment.");
    return this.#taughtLabels() < 2
      ? say('Drawn at random: the model needs answers for at least two labels before it can choose.')
      : say('Drawn at random while the model learns from the answers given so far.');
  }

  #taughtLabels(): number {
    const { tally } = this.#answers;
    // That none applies is as much an answer to learn from as a label is.
    return tally.labels().filter(({ trained }) => trained > 0).length + (tally.none.trained > 0 ? 1 : 0);
  }

  /** The audit set as far as views ask for it: with the first choice, never before it. */
  #auditForViews(): readonly Row[] {
    return this.#isSettling() ? [] : (this.#learning.auditRows ?? this.#drawn().audit);
  }

  /**
   * Whether a model's first choice is worth a moment's wait after opening: cards drawn meanwhile would stay on screen.
   * Later, and where there were too few answers for a model, records drawn at random are as good as it gets.
   */
  #isSettling(): boolean {
    return !this.#learning.chosen && performance.now() < this.#settledFrom;
  }

  /** Some records, drawn at random: the same ones until they are answered or the index has changed. */
  #drawn(): Draw {
    const { generation } = this.#index;
    if (this.#draw.generation === generation && this.#draw.train.some((row) => this.isOpen(row)))
      return this.#draw;
    const pool = this.#index.liveRows();
    if (pool) {
      const threshold = auditThreshold(this.#project().audit.share);
      const seed = generation + this.#answers.tally.labelled;
      this.#draw = { generation, ...drawFrom(pool, threshold, seed) };
    }
    return this.#draw;
  }
}

function whyArrived({ certainty, below }: NonNullable<Asked['arrived']>): string {
  return say(
    'New: it came while you were labeling, and the model was {0} sure of it; new records below {1} are asked at once.',
    percent(certainty),
    percent(below),
  );
}

function whatChose({ asks = '', strategy = '', utility = 0 }: Asked): [string, string, string] {
  return [sayAgain(asks), strategy, decimal(utility, 3)];
}

/** Records to ask before the learner has chosen any: the audit set's in its order, the others drawn at random. */
interface Draw {
  readonly generation: number;
  readonly train: readonly Row[];
  readonly audit: readonly Row[];
}

function drawFrom({ rows, auditRanks }: LiveRows, threshold: number, seed: number): Omit<Draw, 'generation'> {
  const audit: number[] = [];
  // Ranks are spread evenly: this takes about as many of the first as are wanted, without sorting the others.
  const first = Math.min(threshold, (AUDIT_DRAWN / Math.max(1, rows.length)) * 2 ** 32);
  for (let place = 0; place < rows.length; place++) if (auditRanks[place]! < first) audit.push(place);
  audit.sort((a, b) => auditRanks[a]! - auditRanks[b]! || a - b);
  const drawn = new Random(seed).few(rows.length, DRAWN);
  const train = Array.from(drawn).filter((place) => auditRanks[place]! >= threshold);
  const rowsAt = (places: readonly number[]) => places.map((place) => rows[place]!);
  return { train: rowsAt(train), audit: rowsAt(audit) };
}
