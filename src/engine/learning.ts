/** Keeps the model taught: newest request wins, one lesson at a time, and the curve measured when there is time. */
import { defined } from '../core/defined.ts';
import { looksAtOrigins } from '../core/query/strategy.ts';
import { activeLabels } from '../core/records/label-set.ts';
import type { Project } from '../core/records/project.ts';
import type { Row } from '../core/records/record.ts';
import { sayAgain } from '../core/say.ts';
import { UserError } from '../core/user-error.ts';
import { type Measurement, UNMEASURED } from '../protocol/curve.ts';
import type { IndexerService } from '../protocol/indexer.ts';
import type {
  Guesses,
  LearnerEvents,
  LearnerService,
  Suspects,
  SyntheticText,
  TermWeight,
} from '../protocol/learner.ts';
import type { Training } from '../protocol/training.ts';
import type { Answers } from './answers.ts';
import type { Asked } from './queue-order.ts';
import { Restarts } from './restarts.ts';
import { type RunningWorker, startWorker } from './worker.ts';

/** Chosen records held ready: enough for a fast hand while the next lesson runs. */
const CHOICE_SIZE = 100;
/**
 * A learner that fits a model hears nothing meanwhile. So many milliseconds, and so many more for each answer to learn
 * from, are far more than it takes on a slow machine; after that it is taken for hung.
 */
const PATIENCE = 60_000;
const PATIENCE_AN_ANSWER = 5;

export interface LearningOptions {
  readonly folder: string;
  readonly indexPath: string;
  readonly answers: Answers;
  /** Whether a person labels meanwhile, in this process. */
  isBeside(): boolean;
  project(): Project;
  auditThreshold(): number;
  /** Told after the choice, the training state or the curve has changed. */
  changed(): void;
  /** Keeps what was made of the pool with the index. */
  keep: IndexerService['keep'];
  report(error: unknown): void;
}

export interface Wish {
  readonly strategy?: string | undefined;
  /** A module with a person's own strategy, in place of `strategy`. Only the command line names one. */
  readonly strategyModule?: string | undefined;
  readonly seed?: number;
  readonly size: number;
}

export class Learning {
  readonly #options: LearningOptions;
  #worker: RunningWorker<LearnerService> | undefined;
  #training: Training = { phase: 'cold', labelsNeeded: 2 };
  #chosen: readonly Asked[] | undefined;
  #auditRows: readonly Row[] | undefined;
  #wanted = false;
  #expectsArrivals = false;
  #lessons: Promise<void> | undefined;
  #measurement = UNMEASURED;
  #measuredAt = '';
  #measuring: Promise<void> | undefined;
  readonly #restarts = new Restarts(() => this.teachSoon());
  #closed = false;

  constructor(options: LearningOptions) {
    this.#options = options;
  }

  get training(): Training {
    return this.#training;
  }

  /** Whether the learner stopped again and again, and is not started any more by itself. */
  get gaveUp(): boolean {
    return this.#restarts.gaveUp;
  }

  /** The latest choice, best first; undefined before the first. */
  get chosen(): readonly Asked[] | undefined {
    return this.#chosen;
  }

  /** The audit set of the latest lesson, in the order in which it is to be asked; undefined before the first. */
  get auditRows(): readonly Row[] | undefined {
    return this.#auditRows;
  }

  /** The curve, and what else was measured last. */
  get measurement(): Measurement {
    return this.#measurement;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#restarts.cancel();
    await this.#worker?.close();
  }

  /** From now on records that come are new, not part of what there was to read: for shells that stay. */
  expectArrivals(): void {
    this.#expectsArrivals = true;
    if (this.#options.project().stream) this.teachSoon();
  }

  /** Asks for a new choice, soon. */
  teachSoon(): void {
    this.#wanted = true;
    if (this.#closed || this.#restarts.isWaiting || this.gaveUp) return;
    this.#lessons ??= this.#run();
  }

  /** Reads what is new in the index. @returns the audit set in the order in which it is to be asked */
  async refresh(): Promise<Row[]> {
    const { language } = this.#options.project();
    const { auditRows } = await this.#start().refresh(
      this.#options.auditThreshold(),
      language === 'auto' ? undefined : language,
    );
    return Array.from(auditRows);
  }

  /** One lesson now: fits, scores, chooses. */
  async teach(wish: Wish): Promise<Asked[]> {
    if (this.#options.project().multiLabel) return this.#teachSets(wish);
    const { learning, labels } = this.#options.project();
    const { tally } = this.#options.answers;
    const training = tally.training();
    const strategy = wish.strategy ?? learning.strategy;
    const taught = await this.#start().teach({
      ...training,
      classCount: activeLabels(labels).length,
      excluded: tally.closed(),
      strategy,
      ...(looksAtOrigins(strategy) ? { origins: tally.origins() } : {}),
      ...defined({
        strategyModule: wish.strategyModule,
        stream: this.#stream(),
      }),
      classifier: learning.classifier,
      size: wish.size,
      seed: wish.seed ?? training.rows.length,
      auditThreshold: this.#options.auditThreshold(),
    });
    this.#training = taught.fitted
      ? { phase: 'ready', modelRevision: taught.modelRevision, ms: taught.ms }
      : { phase: 'cold', labelsNeeded: Math.max(1, 2 - new Set(training.classes).size) };
    return taught.chosen.map(({ row, utility, strategy = taught.strategy, arrived, guess }) => ({
      row,
      purpose: 'train',
      // What needs no model chooses before there is one, too; at random is no choice.
      ...(strategy === 'random' && !taught.fitted ? {} : { strategy, asks: taught.asks, utility }),
      ...(taught.fitted ? { modelRevision: taught.modelRevision } : {}),
      ...defined({ arrived, guess }),
    }));
  }

  /** The same where a record can have several labels. */
  async #teachSets({ strategy, strategyModule, seed, size }: Wish): Promise<Asked[]> {
    const { learning, labels } = this.#options.project();
    if (strategyModule !== undefined || learning.classifier !== 'logistic') {
      const what = strategyModule === undefined ? 'Another classifier' : 'A strategy of your own';
      throw notForSets(what);
    }
    const { tally } = this.#options.answers;
    const training = tally.trainingSets();
    const taught = await this.#start().teachSets({
      ...training,
      classCount: activeLabels(labels).length,
      excluded: tally.closed(),
      strategy: strategy ?? learning.strategy,
      size,
      seed: seed ?? training.rows.length,
      auditThreshold: this.#options.auditThreshold(),
      ...defined({ stream: this.#stream() }),
    });
    this.#training = taught.fitted
      ? { phase: 'ready', modelRevision: taught.modelRevision, ms: taught.ms }
      : { phase: 'cold', labelsNeeded: 1 };
    const { strategy: asked, asks, modelRevision } = taught;
    return taught.chosen.map(({ row, utility, strategy = asked, arrived, guesses }) => ({
      row,
      purpose: 'train',
      ...(taught.fitted ? { strategy, asks, utility, modelRevision } : {}),
      ...defined({ arrived, guesses }),
    }));
  }

  /** How to go about records that come from now on; undefined where they just join the pool. */
  #stream() {
    return this.#expectsArrivals ? this.#options.project().stream : undefined;
  }

  /** The rows whose text holds all words of this one, in row order. */
  async find(words: string): Promise<Int32Array> {
    await this.refresh();
    return this.#start().find(words);
  }

  /** The records most like this one, the likest first. */
  async similar(row: Row): Promise<Int32Array> {
    await this.refresh();
    return this.#start().similar(row);
  }

  /** The words that speak loudest for and against a class in a record. */
  async explain(row: Row, classIndex: number): Promise<readonly TermWeight[]> {
    return (await this.#ofModel(() => this.#start().explain(row, classIndex))) ?? [];
  }

  /** The model's guess for each row; undefined without a model. */
  guesses(rows: Int32Array): Promise<Guesses | undefined> {
    return this.#ofModel(() => this.#start().guesses(rows));
  }

  /** How far the model believes in the class given to each row; undefined without a model. */
  beliefs(rows: Int32Array, classes: Int32Array): Promise<Float32Array | undefined> {
    return this.#ofModel(() => this.#start().beliefs(rows, classes));
  }

  /**
   * Asks the model, after a lesson where there is none: in a process that keeps no choice ready until somebody asks, and
   * after records have come or the pool's features were learned until the next lesson.
   */
  async #ofModel<Answer>(ask: () => Promise<Answer | undefined>): Promise<Answer | undefined> {
    const { phase } = this.#training;
    const answer = phase === 'ready' || phase === 'running' ? await ask() : undefined;
    if (answer !== undefined) return answer;
    await this.refresh();
    await this.teach({ size: 1 });
    return ask();
  }

  /** Training answers that are likely wrong, the likeliest first. */
  async suspects(): Promise<Suspects> {
    if (this.#options.project().multiLabel) throw notForSets('A list of likely slips');
    await this.refresh();
    const { learning, labels } = this.#options.project();
    return this.#start().suspects({
      ...this.#options.answers.tally.training(),
      classCount: activeLabels(labels).length,
      auditThreshold: this.#options.auditThreshold(),
      classifier: learning.classifier,
    });
  }

  /** Texts between two labels, made of answered records; undefined before there is a model. */
  async synthesize(count: number): Promise<readonly SyntheticText[] | undefined> {
    if (this.#options.project().multiLabel) throw notForSets('Making records between two labels');
    await this.refresh();
    const { learning, labels } = this.#options.project();
    return this.#start().synthesize({
      ...this.#options.answers.tally.training(),
      classCount: activeLabels(labels).length,
      auditThreshold: this.#options.auditThreshold(),
      classifier: learning.classifier,
      count,
    });
  }

  /** Brings the curve up to date; asked twice at once it measures once. */
  async measure(): Promise<void> {
    // A measurement under way may have begun before the newest answer.
    await this.#measuring;
    this.#measuring ??= this.#measureNow().finally(() => {
      this.#measuring = undefined;
    });
    await this.#measuring;
  }

  async #run(): Promise<void> {
    try {
      while (this.#wanted && !this.#closed) {
        this.#wanted = false;
        if (this.#training.phase === 'ready') {
          this.#training = { phase: 'running', sinceRevision: this.#options.answers.revision };
        }
        const auditRows = await this.refresh();
        const chosen = await this.teach({ size: CHOICE_SIZE });
        // Both at once: audit records alone would be asked one after the other.
        this.#auditRows = auditRows;
        this.#chosen = chosen;
        this.#restarts.worked();
        this.#options.changed();
        // Not waited for: a hand that answers meanwhile wants its cards first, and the learner sees to that.
        if (!this.#wanted) this.measure().catch((error: unknown) => this.#measureFailed(error));
      }
    } catch (error) {
      if (this.#closed) return;
      this.#options.report(error);
      const message = sayAgain(error instanceof Error ? error.message : String(error));
      this.#training = { phase: 'failed', message };
      this.#options.changed();
    } finally {
      // In the same turn as the last look at `#wanted`, so that no wish falls in between.
      this.#lessons = undefined;
    }
  }

  /** The curve stays as it was; a learner that has died is started again by whoever saw it die. */
  #measureFailed(error: unknown): void {
    if (!this.#closed) this.#options.report(error);
  }

  async #measureNow(): Promise<void> {
    const training = this.#options.answers.tally.training();
    const audit = this.#options.answers.tally.audit();
    const { learning, labels, multiLabel } = this.#options.project();
    const at = JSON.stringify([this.#options.answers.revision, learning.classifier, multiLabel]);
    if (at === this.#measuredAt) return;
    const measurable = audit.rows.length > 0 && new Set(training.classes).size >= 2;
    this.#measurement = multiLabel
      ? await this.#measureSets(activeLabels(labels).length)
      : measurable
        ? await this.#start().curve({
            ...training,
            classCount: activeLabels(labels).length,
            auditRows: audit.rows,
            auditClasses: audit.classes,
            auditThreshold: this.#options.auditThreshold(),
            classifier: learning.classifier,
          })
        : UNMEASURED;
    this.#measuredAt = at;
    this.#options.changed();
  }

  async #measureSets(classCount: number): Promise<Measurement> {
    const { tally } = this.#options.answers;
    const { rows: auditRows, sets: auditSets } = tally.auditSets();
    if (auditRows.length === 0) return UNMEASURED;
    const auditThreshold = this.#options.auditThreshold();
    return this.#start().curveOfSets({
      ...tally.trainingSets(),
      classCount,
      auditRows,
      auditSets,
      auditThreshold,
    });
  }

  #start() {
    this.#worker ??= startWorker<LearnerService>(
      'learner',
      {
        folder: this.#options.folder,
        indexPath: this.#options.indexPath,
        beside: this.#options.isBeside(),
      },
      {
        keep: (name, parts) => {
          this.#options.keep(name, parts).catch(this.#options.report);
        },
        poolLearned: () => {
          // With other features the same answers give other figures.
          this.#measuredAt = '';
          this.teachSoon();
        },
      } satisfies LearnerEvents,
      {
        report: this.#options.report,
        onExit: () => {
          this.#worker = undefined;
          if (this.#closed) return;
          this.#wanted = true;
          this.#restarts.died();
        },
        patience: () => PATIENCE + PATIENCE_AN_ANSWER * this.#options.answers.tally.labelled,
      },
    );
    return this.#worker.remote;
  }
}

function notForSets(what: string): UserError {
  return new UserError(
    'not-for-several-labels',
    `${what} is not offered where a record can have several labels`,
    'The project file says "multiLabel": true.',
  );
}
