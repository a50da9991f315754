/**
 * The learner: keeps the pool's matrix and the latest model in memory, chooses what to ask, explains, measures.
 *
 * Runs in a worker thread (`worker.ts`) and knows nothing of threads. Reads the index, writes nothing.
 */
import { setImmediate } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { defined } from '../../core/defined.ts';
import type { GeneralVectors } from '../../core/features/general-vectors.ts';
import type { FileLayout } from '../../core/formats/format.ts';
import { largeArray } from '../../core/kernels/large.ts';
import { tempered } from '../../core/model/calibration.ts';
import type { Classifier, Model } from '../../core/model/classifier.ts';
import { bootstrapCommittee } from '../../core/model/committee.ts';
import { LinearModel } from '../../core/model/linear-model.ts';
import { labelProbabilities, OneVsRestModel } from '../../core/model/one-vs-rest.ts';
import { strategyByName } from '../../core/query/registry.ts';
import type { DenseSpace, PoolView, QueryStrategy, Uncertainties } from '../../core/query/strategy.ts';
import { Random } from '../../core/random.ts';
import type { IndexedRecord } from '../../core/records/record.ts';
import { isSynthetic } from '../../core/records/synthetic.ts';
import type { Language } from '../../core/text/stemming.ts';
import { tokenize } from '../../core/text/tokenize.ts';
import { UserError } from '../../core/user-error.ts';
import type { Measurement } from '../../protocol/curve.ts';
import type {
  ChosenRow,
  CurveRequest,
  Guesses,
  LearnerService,
  Lesson,
  PoolFacts,
  SetCurveRequest,
  SetLesson,
  Suspects,
  SuspectsRequest,
  SynthesisRequest,
  SyntheticText,
  Teaching,
  TermWeight,
} from '../../protocol/learner.ts';
import { IndexReader, type KeptName, keptPath, keptVersion, readKept } from '../../store/store.ts';
import { loadOwnStrategy } from '../own-strategy.ts';
import { AnsweredRows, type FeatureRows } from './answered-rows.ts';
import { Arrivals } from './arrivals.ts';
import { beliefsIn, guessesOf, type Scorer } from './beliefs.ts';
import { Calibrator, type Taught } from './calibrator.ts';
import { CurveMeter } from './curve.ts';
import { packBlocks, packDense, restoreDense, restoredPool } from './kept-blocks.ts';
import { type KeptPool, packPool, unpackPool } from './kept-pool.ts';
import { SetLearner } from './multi-label.ts';
import { SetCurveMeter } from './multi-label-curve.ts';
import { AuditTwins } from './near-duplicates.ts';
import { Pool } from './pool.ts';
import { type LearnedPool, type learnPool, START_LABELS } from './pool-learning.ts';
import { PoolScorer, type ScoringHelp } from './pool-scorer.ts';
import { PoolSpace } from './pool-space.ts';
import { samplePool } from './sample.ts';
import { similarTo } from './similar.ts';
import { stopSet } from './stop-set.ts';
import { suspectsAmong } from './suspects.ts';
import { synthesized } from './synthesizer.ts';
import { Tuner } from './tuner.ts';

/** Rows scored between two looks at the message queue: a few milliseconds. */
const ROWS_A_BLOCK = 2048;
/** Probabilities held at once, 4 bytes each. A larger pool × classes is represented by a random part of it. */
const MOST_PROBABILITIES = 60e6;
/**
 * Candidates scored with the pool's features: some tenths of a second. A larger pool is represented by another
 * random part of it after every answer, in which the best are nearly as good.
 */
const MOST_DENSE_CANDIDATES = 200_000;
const MOST_DENSE_PROBABILITIES = 6e6;
/** Blocks of 4,096 records made ready for a lesson that finds them unready: some tenths of a second. */
const BLOCKS_EMBEDDED_A_LESSON = 24;
/** A pool that has more than so many times the blocks that are kept is kept anew. */
const MOST_GROWN = 1.2;
const MOST_AUDIT_ROWS = 5000;
/** Words shown for and against a guess. */
const MOST_WORDS = 8;
/** A pool smaller than this has nothing to teach about its words. */
const LEAST_RECORDS_TO_LEARN_FROM = 50;
/** Milliseconds without news from the index before the pool's features are learned. */
const QUIET_BEFORE_LEARNING = 1000;

/** What a learner needs of its surroundings. */
export interface LearnerOptions {
  /** Where the index is or will be. */
  readonly indexPath: string;
  /** The texts of records of one file as indexed, or undefined where it has changed since. */
  readTexts(layout: FileLayout, records: readonly IndexedRecord[]): Promise<(string | undefined)[]>;
  /** What general text says of words of this language, where that is known and at hand. */
  generalVectors(language: Language | undefined): GeneralVectors | undefined;
  /** `learnPool`, in another thread: it takes seconds. */
  learnPool(...parameters: Parameters<typeof learnPool>): Promise<LearnedPool>;
  /** Told when the pool's features are there: the next lesson chooses better. */
  poolLearned(): void;
  /** What was made of the pool, to be kept with the index for the next start. */
  keep(name: KeptName, parts: readonly Uint8Array[]): void;
  /** Told when the pool's features can't be learned or a helper fails; choosing goes on without them. */
  report(error: unknown): void;
  /** A thread that helps to look at all records of a large pool, where there is one to be had. */
  readonly scoring?: Omit<ScoringHelp, 'report'> | undefined;
}

export class Learner implements LearnerService {
  readonly #options: LearnerOptions;
  #scorer: PoolScorer | undefined;
  #reader: IndexReader | undefined;
  #pool = Pool.empty();
  #space: PoolSpace | undefined;
  #spaceWait: NodeJS.Timeout | undefined;
  #spaceBusy: Promise<void> | undefined;
  /** Kept features that were of another pool. */
  #refused: string | undefined;
  /** How many of the pool's blocks are kept with the index as they lie here, and of how many the dense parts. */
  readonly #kept = { blocks: 0, dense: 0 };
  /** What tells the features of the space from others. */
  #spacePrint = 0;
  #answered = new AnsweredRows(featuresOf(this.#pool, undefined));
  /** The rows that models are fitted on and score: of this pool and space, whatever comes after. */
  #features: FeatureRows = this.#answered.of;
  #tuner = new Tuner(this.#features, 0);
  #calibrator = new Calibrator(this.#features);
  #meter = this.#newMeter();
  /** For projects whose records can have several labels. */
  #several = new SetLearner(this.#features);
  #setMeter = new SetCurveMeter(this.#several, () => this.#lessonsFirst());
  #model: { fitted: Model; taught: Taught; classifier: Classifier } | undefined;
  #audit: { pool: Pool; auditThreshold: number; rows: Int32Array } | undefined;
  #twins: { pool: Pool; auditThreshold: number; found: AuditTwins } | undefined;
  /** What comes from now on, as long as somebody wants to be asked about it at once. */
  #arrivals: Arrivals | undefined;
  /** Resolves when the lesson under way has ended, however. */
  #lesson: Promise<void> | undefined;
  #revision = 0;
  #closed = false;

  constructor(options: LearnerOptions) {
    this.#options = options;
  }

  async refresh(auditThreshold: number, language?: string): Promise<PoolFacts> {
    this.#readIndex(language);
    // A thread that helps starts while the rest is read.
    this.#scorerOver(this.#pool).callHelper(this.#pool);
    this.#useKept();
    this.#learnPoolSoon();
    const { generation, rows } = this.#pool;
    if (this.#audit?.pool !== this.#pool || this.#audit.auditThreshold !== auditThreshold) {
      this.#audit = { pool: this.#pool, auditThreshold, rows: auditRowsOf(this.#pool, auditThreshold) };
    }
    return { generation, records: rows.length, auditRows: this.#audit.rows };
  }

  async teach(lesson: Lesson): Promise<Teaching> {
    const teaching = await this.#asLesson(this.#teach(lesson));
    this.#tuneLater();
    return teaching;
  }

  async teachSets(lesson: SetLesson): Promise<Teaching> {
    return this.#asLesson(this.#teachSets(lesson));
  }

  async #teach(lesson: Lesson): Promise<Teaching> {
    const begun = performance.now();
    const pool = this.#pool;
    const space = this.#space;
    const features = this.#features;
    const random = new Random(lesson.seed);
    const calibrator = this.#calibrator;
    const taught = this.#auditTwins(lesson.auditThreshold).without(lesson);
    const classifier = this.#tuner.classifierFor(taught);
    const model = this.#fit(taught, classifier);
    const believed =
      model &&
      ((rows: Int32Array) =>
        tempered(
          model.probabilities(features(rows)),
          lesson.classCount,
          calibrator.temperature(taught, classifier),
        ));
    const candidates = candidatesOf(pool, lesson);
    const first = startersOf(space, candidates, lesson);
    const strategy = strategyFor(lesson, model, space);

    const known = isTeachingLinear(model) && strategy.byUncertainty;
    const { asked, beliefs } = known
      ? await this.#uncertain(pool, model, space, candidates, known)
      : await believedOf(
          strategy.needsModel ? sampled(candidates, this.#mostCandidates(lesson), random) : candidates,
          model && strategy.needsModel ? scorerOf(pool, space, model) : undefined,
          lesson.classCount,
        );
    const view: PoolView = {
      candidateCount: asked.length,
      classCount: lesson.classCount,
      labelled: {
        classes: lesson.classes,
        ...defined({ origins: lesson.origins }),
        ...(space ? { rows: () => space.rows(pool, lesson.rows) } : {}),
        ...(model ? { probabilities: () => model.probabilities(features(lesson.rows)) } : {}),
      },
      ...(space ? { space: spaceView(space, pool, asked) } : {}),
      ...beliefs,
      ...(model
        ? {
            committee: committeeOf(lesson, classifier, features, asked, random),
            whatIf: whatIfOf(lesson, classifier, features, asked, model),
          }
        : {}),
    };
    const selection = strategy.select(view, lesson.size, random);
    const certainties =
      believed &&
      ((rows: Int32Array) => {
        const probabilities = believed(rows);
        return Float64Array.from(rows, (_, at) => likeliest(probabilities, at, lesson.classCount).p);
      });
    const chosen = new Map(this.#arrived(pool, lesson, certainties));
    for (const row of first) if (!chosen.has(row)) chosen.set(row, { utility: 1 });
    selection.chosen.forEach((position, at) => {
      const row = asked[position]!;
      const utility = selection.utilities[at]!;
      if (!chosen.has(row)) chosen.set(row, { utility, ...defined({ strategy: selection.by?.[at] }) });
    });
    const rows = Int32Array.from([...chosen.keys()].slice(0, lesson.size));
    const guesses = believed?.(rows);
    return {
      modelRevision: this.#revision,
      fitted: model !== undefined,
      strategy: strategy.name,
      asks: strategy.summary.split(/(?<=\.) /)[0]!,
      chosen: Array.from(rows, (row, at) => ({
        row,
        ...chosen.get(row)!,
        ...(guesses ? { guess: likeliest(guesses, at, lesson.classCount) } : {}),
      })),
      ms: Math.round(performance.now() - begun),
    };
  }

  async #teachSets(lesson: SetLesson): Promise<Teaching> {
    const begun = performance.now();
    const pool = this.#pool;
    const space = this.#space;
    const several = this.#several;
    this.#model = undefined;
    const taught = this.#auditTwins(lesson.auditThreshold).withoutSets(lesson);
    this.#answered.teach(taught.rows);
    const candidates = candidatesOf(pool, lesson);
    const arrived = new Map<number, Chosen>();
    const teaching = await several.teach(
      lesson,
      { ...taught, classCount: lesson.classCount },
      {
        candidates,
        sampled: (random) => sampled(candidates, this.#mostCandidates(lesson), random),
        first: (certainties) => {
          for (const [row, how] of this.#arrived(pool, lesson, certainties)) arrived.set(row, how);
          return Int32Array.of(...arrived.keys(), ...startersOf(space, candidates, lesson));
        },
        spaceOf: (rows) => space && spaceView(space, pool, rows),
        score: (model, rows) => score(scorerOf(pool, space, model.linear), lesson.classCount + 1, rows),
      },
    );
    if (teaching.fitted) this.#revision++;
    return {
      ...teaching,
      chosen: teaching.chosen.map((one) => ({ ...one, ...arrived.get(one.row) })),
      modelRevision: this.#revision,
      ms: Math.round(performance.now() - begun),
    };
  }

  /** At most thirty different words count: more than anybody types. */
  async find(text: string): Promise<Int32Array> {
    const pool = this.#pool;
    const terms = [...new Set(tokenize(text))].slice(0, 30);
    return terms.length > 0 ? pool.rowsWith(terms) : Int32Array.from(pool.rows);
  }

  async similar(row: number): Promise<Int32Array> {
    return similarTo(this.#pool, row);
  }

  async explain(row: number, classIndex: number): Promise<readonly TermWeight[] | undefined> {
    const model = this.#several.model ?? this.#model?.fitted;
    if (!model) return undefined;
    // Other models have no weight for a word.
    if (!(model instanceof LinearModel || model instanceof OneVsRestModel)) return [];
    const words = this.#pool.wordsOf(row, await this.#readText(row));
    const tfidf = this.#pool.tfidf([row]);
    const weightOf = (column: number) => model.weight(column, classIndex);
    const shares =
      this.#space?.termShares(tfidf, weightOf) ??
      tfidf.values.map((value, at) => value * weightOf(tfidf.columns[at]!));
    return Array.from(shares, (weight, at) => ({ term: words.get(tfidf.columns[at]!)!, weight }))
      .filter(({ weight }) => weight !== 0)
      .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
      .slice(0, MOST_WORDS);
  }

  async guesses(rows: Int32Array): Promise<Guesses | undefined> {
    const believer = this.#believer();
    return believer && guessesOf(believer.score, believer.classCount, rows);
  }

  async beliefs(rows: Int32Array, classes: Int32Array): Promise<Float32Array | undefined> {
    const believer = this.#believer();
    return believer && beliefsIn(believer.score, believer.classCount, rows, classes);
  }

  async synthesize(request: SynthesisRequest): Promise<readonly SyntheticText[] | undefined> {
    const { classCount, auditThreshold, count } = request;
    const pool = this.#pool;
    const space = this.#space;
    const calibrator = this.#calibrator;
    const taught = this.#auditTwins(auditThreshold).without(request);
    const classifier = this.#tuner.classifierFor(taught);
    const model = this.#fit(taught, classifier);
    if (!model) return undefined;
    const temperature = calibrator.temperature(taught, classifier);
    return synthesized({
      pool,
      answers: taught,
      classCount,
      count,
      readText: async (row) =>
        isSynthetic(this.#reader?.record(row)?.src ?? '') ? undefined : this.#readText(row),
      believed: (texts) => {
        const tfidf = pool.tfidfOf(texts);
        return tempered(model.probabilities(space?.featureRowsOf(tfidf) ?? tfidf), classCount, temperature);
      },
    });
  }

  async suspects(request: SuspectsRequest): Promise<Suspects> {
    // Without the pool's features models know little and doubt much. Nobody waits for this but who asked for it.
    await this.#learnPoolNow();
    return suspectsAmong(this.#auditTwins(request.auditThreshold).without(request), this.#features);
  }

  async curve(request: CurveRequest): Promise<Measurement> {
    const { auditThreshold } = request;
    return this.#meter.measure(
      this.#auditTwins(auditThreshold).without(request),
      stopSet(this.#pool, auditThreshold),
    );
  }

  async curveOfSets(request: SetCurveRequest): Promise<Measurement> {
    const { classCount, auditRows, auditSets, auditThreshold } = request;
    const taught = this.#auditTwins(auditThreshold).withoutSets(request);
    return this.#setMeter.measure({ ...taught, classCount }, auditRows, auditSets);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#spaceWait);
    this.#spaceWait = undefined;
    this.#reader?.close();
    this.#reader = undefined;
    await this.#scorer?.close();
  }

  /** Cards wait for a lesson; the curve, which is measured in the same thread, can wait for both. */
  async #asLesson<Result>(lesson: Promise<Result>): Promise<Result> {
    const ended = lesson.then(nothing, nothing);
    this.#lesson = ended;
    try {
      return await lesson;
    } finally {
      if (this.#lesson === ended) this.#lesson = undefined;
    }
  }

  /** Lets calls that have come be heard, and resolves when no lesson is under way. */
  async #lessonsFirst(): Promise<void> {
    await setImmediate();
    while (this.#lesson) await this.#lesson;
  }

  /** Between lessons: what is found serves the next ones. */
  #tuneLater(): void {
    if (!this.#model) return;
    const giveWay = async () => {
      await this.#lessonsFirst();
      if (this.#closed) throw new Error('The learner was closed while it looked for a setting.');
    };
    this.#tuner.settle(this.#model.taught, giveWay).catch((error: unknown) => {
      if (!this.#closed) this.#options.report(error);
    });
  }

  #newMeter(): CurveMeter {
    return new CurveMeter(this.#features, this.#tuner, this.#calibrator, () => this.#lessonsFirst());
  }

  #readIndex(language: string | undefined): void {
    if (this.#reader && !this.#reader.isCurrent()) {
      this.#reader.close();
      this.#reader = undefined;
      this.#pool = Pool.empty();
      this.#space = undefined;
    }
    this.#reader ??= openIfPresent(this.#options.indexPath);
    if (!this.#reader) return;
    if (this.#reader.generation() === this.#pool.generation && language === this.#pool.wantedLanguage) return;
    if (this.#pool.termCount === 0) {
      this.#pool = restoredPool(this.#reader, this.#options.indexPath) ?? this.#pool;
      this.#kept.blocks = this.#pool.blocks.length;
    }
    const { held } = this.#pool;
    this.#pool = Pool.read(this.#reader, this.#pool, language);
    // In another language the blocks are others.
    if (this.#pool.held !== held) this.#kept.blocks = 0;
    if (this.#space && !this.#space.fits(this.#pool)) this.#space = undefined;
    this.#useFeatures();
  }

  /** Goes on with the pool and space of now. Earlier models' weights belong to earlier features. */
  #useFeatures(): void {
    this.#answered = new AnsweredRows(featuresOf(this.#pool, this.#space));
    this.#features = this.#answered.of;
    this.#tuner = new Tuner(this.#features, this.#space?.records.dimensions ?? 0);
    this.#calibrator = new Calibrator(this.#features);
    this.#meter = this.#newMeter();
    this.#several = new SetLearner(this.#features);
    this.#setMeter = new SetCurveMeter(this.#several, () => this.#lessonsFirst());
    this.#model = undefined;
  }

  /** Learns the pool's features once the index has been quiet for a moment, if there is something to gain. */
  #learnPoolSoon(): void {
    if (this.#closed || this.#spaceBusy) return;
    clearTimeout(this.#spaceWait);
    this.#spaceWait = undefined;
    if (this.#pool.rows.length < LEAST_RECORDS_TO_LEARN_FROM) return;
    if (this.#space && !this.#space.isOutgrown(this.#pool)) return;
    this.#spaceWait = setTimeout(() => {
      this.#spaceWait = undefined;
      // News since: the next refresh will set the clock again.
      if (this.#reader?.generation() !== this.#pool.generation) return;
      this.#beginLearningPool();
    }, QUIET_BEFORE_LEARNING);
    // Waiting is no reason to keep a process alive.
    this.#spaceWait.unref();
  }

  /** Resolves when the pool's features are learned, or can't be. */
  async #learnPoolNow(): Promise<void> {
    if (this.#spaceWait) {
      clearTimeout(this.#spaceWait);
      this.#spaceWait = undefined;
      this.#beginLearningPool();
    }
    await this.#spaceBusy;
  }

  #beginLearningPool(): void {
    this.#spaceBusy = this.#learnPool()
      .catch((error) => {
        if (!this.#closed) this.#options.report(error);
      })
      .finally(() => {
        this.#spaceBusy = undefined;
      });
  }

  async #learnPool(): Promise<void> {
    const pool = this.#pool;
    this.#keepBlocks(pool);
    const general = this.#options.generalVectors(pool.language);
    const sample = await samplePool(pool, (rows) => this.#readTexts(rows), general);
    const learned = await this.#options.learnPool(sample.tfidf, sample.sequences, sample.known);
    const kept: KeptPool = { learned, sample: sample.rows, learnedFrom: pool.rows.length };
    const space = new PoolSpace(pool, kept);
    await space.embed(pool);
    if (this.#closed || !space.fits(this.#pool) || !this.#reader?.isCurrent()) return;
    this.#space = space;
    this.#useFeatures();
    // What was learned without a file that should be there serves until the next start, which may have it again.
    if (general || pool.language !== 'en') {
      const packed = packPool(pool, kept);
      this.#spacePrint = packed.reduce((sum, part) => crc32(part, sum), 0);
      this.#options.keep('features', packed);
      this.#kept.dense = 0;
      this.#keepDense(pool, space);
    }
    this.#options.poolLearned();
  }

  /** Has the next start read how the pool lies here, in place of laying it out again. */
  #keepBlocks(pool: Pool): void {
    if (!this.#reader?.isCurrent() || pool.blocks.length <= MOST_GROWN * this.#kept.blocks) return;
    this.#kept.blocks = pool.blocks.length;
    const parts = packBlocks(pool, this.#reader);
    if (parts) this.#options.keep('blocks', parts);
  }

  /** The same of the records' dense parts, all of which are made. */
  #keepDense(pool: Pool, space: PoolSpace): void {
    if (!this.#reader?.isCurrent() || pool.blocks.length <= MOST_GROWN * this.#kept.dense) return;
    this.#kept.dense = pool.blocks.length;
    const parts = packDense(pool, space.records, this.#spacePrint, this.#reader);
    if (parts) this.#options.keep('dense', parts);
  }

  /** Takes up what was learned of this pool earlier, in this process or another. It may be outgrown: it serves meanwhile. */
  #useKept(): void {
    if (this.#space || this.#pool.rows.length < LEAST_RECORDS_TO_LEARN_FROM) return;
    const path = keptPath(this.#options.indexPath, 'features');
    const version = keptVersion(path);
    if (version === undefined || version === this.#refused) return;
    const found = readKept(path, (reader) => {
      const kept = unpackPool(this.#pool, reader);
      return kept && { kept, print: reader.checksum };
    });
    this.#refused = found ? undefined : version;
    if (!found) return;
    this.#space = new PoolSpace(this.#pool, found.kept);
    this.#spacePrint = found.print;
    const { records } = this.#space;
    this.#kept.dense = this.#reader
      ? restoreDense(this.#pool, records, this.#spacePrint, this.#reader, this.#options.indexPath)
      : 0;
    this.#useFeatures();
  }

  async #readText(row: number): Promise<string | undefined> {
    return (await this.#readTexts(Int32Array.of(row)))[0];
  }

  async #readTexts(rows: Int32Array): Promise<(string | undefined)[]> {
    const reader = this.#reader;
    if (!reader) return Array.from(rows, () => undefined);
    const textOf = new Map<number, string | undefined>();
    for (const [src, records] of Map.groupBy(reader.records(rows), (record) => record.src)) {
      const layout = reader.file(src)?.layout;
      const texts = layout && (await this.#options.readTexts(layout, records));
      records.forEach(({ row }, at) => {
        textOf.set(row, texts?.[at]);
      });
    }
    return Array.from(rows, (row) => textOf.get(row));
  }

  #auditTwins(auditThreshold: number): AuditTwins {
    if (this.#twins?.pool !== this.#pool || this.#twins.auditThreshold !== auditThreshold) {
      this.#twins = { pool: this.#pool, auditThreshold, found: new AuditTwins(this.#pool, auditThreshold) };
    }
    return this.#twins.found;
  }

  /** Records that came since the last lesson and are worth a question now. */
  #arrived(
    pool: Pool,
    { stream, rows, excluded, auditThreshold }: Lesson | SetLesson,
    certainties: ((rows: Int32Array) => Float64Array) | undefined,
  ): [row: number, Chosen][] {
    if (!stream || !this.#arrivals?.follows(stream)) this.#arrivals = stream && new Arrivals(pool, stream);
    if (!this.#arrivals || !certainties) return [];
    this.#arrivals.look(pool, auditThreshold, certainties);
    const closed = new Set([...rows, ...excluded]);
    return this.#arrivals
      .waiting((row) => !closed.has(row))
      .map(({ row, ...arrived }) => [row, { utility: 1 - arrived.certainty, strategy: 'stream', arrived }]);
  }

  /** How unsure a model is of all candidates; while the records are still being embedded, of those that are. */
  async #uncertain(
    pool: Pool,
    model: LinearModel,
    space: PoolSpace | undefined,
    candidates: Int32Array,
    kind: keyof Uncertainties,
  ): Promise<{ asked: Int32Array; beliefs: Pick<PoolView, 'uncertainties'> }> {
    const isWhole = (await space?.embed(pool, BLOCKS_EMBEDDED_A_LESSON)) ?? true;
    if (space && isWhole) {
      this.#keepBlocks(pool);
      this.#keepDense(pool, space);
    }
    const asked = isWhole ? candidates : candidates.filter((row) => space!.holds(pool, row));
    const scorer = this.#scorerOver(pool);
    const uncertainties = await scorer.uncertainties(pool, model, space, asked, [kind]);
    return { asked, beliefs: { uncertainties } };
  }

  #scorerOver({ memory }: Pool): PoolScorer {
    if (this.#scorer?.memory === memory) return this.#scorer;
    const { scoring, report } = this.#options;
    this.#scorer?.close().catch(report);
    this.#scorer = new PoolScorer(memory, scoring && { ...scoring, report });
    return this.#scorer;
  }

  #mostCandidates({ classCount }: Pick<Lesson, 'classCount'>): number {
    const most = Math.floor(MOST_PROBABILITIES / classCount);
    if (!this.#space) return most;
    return Math.min(MOST_DENSE_CANDIDATES, Math.floor(MOST_DENSE_PROBABILITIES / classCount));
  }

  /** The latest model with its calibration, for any rows of the pool of now. */
  #believer(): { score: Scorer; classCount: number } | undefined {
    const several = this.#several.model;
    if (several) {
      const scorer = scorerOf(this.#pool, this.#space, several.linear);
      const { classCount } = several;
      return { score: (rows) => labelProbabilities(scorer(rows), classCount), classCount };
    }
    if (!this.#model) return undefined;
    const { fitted, taught, classifier } = this.#model;
    const { classCount } = fitted;
    const scorer = scorerOf(this.#pool, this.#space, fitted);
    const temperature = this.#calibrator.temperature(taught, classifier);
    return { score: (rows) => tempered(scorer(rows), classCount, temperature), classCount };
  }

  /** A model of the lesson's answers, or undefined before there are answers of two classes. */
  #fit({ rows, classes, classCount, classifier: name }: Taught, classifier: Classifier): Model | undefined {
    this.#several.forget();
    if (new Set(classes).size < 2) {
      this.#model = undefined;
      return undefined;
    }
    const before = this.#model?.taught.classifier === name ? this.#model.fitted : undefined;
    const start = before?.classCount === classCount ? before : undefined;
    this.#answered.teach(rows);
    const fitted = classifier.fit(this.#features(rows), classes, classCount, start);
    this.#model = { fitted, taught: { rows, classes, classCount, classifier: name }, classifier };
    this.#revision++;
    return fitted;
  }
}

function nothing(): void {}

type Chosen = Omit<ChosenRow, 'row' | 'guess'>;

function featuresOf(pool: Pool, space: PoolSpace | undefined): FeatureRows {
  return space ? (rows) => space.featureRows(pool, rows) : (rows) => pool.tfidf(rows);
}

/** Rows to their probabilities, the fastest way there is for this model. */
function scorerOf(
  pool: Pool,
  space: PoolSpace | undefined,
  model: Model,
): (rows: Int32Array) => Float64Array {
  const folded = space && model instanceof LinearModel ? space.folded(pool, model) : undefined;
  if (space && folded) {
    return (rows) => {
      const tfidf = pool.tfidf(rows);
      return folded.probabilities(space.sparseRows(tfidf), space.lengths(pool, rows, tfidf));
    };
  }
  const features = featuresOf(pool, space);
  return (rows) => model.probabilities(features(rows));
}

/** What a model believes of these candidates, where a scorer is given. */
async function believedOf(
  asked: Int32Array,
  scorer: Scorer | undefined,
  classCount: number,
): Promise<{ asked: Int32Array; beliefs: Pick<PoolView, 'probabilities'> }> {
  return { asked, beliefs: scorer ? { probabilities: await score(scorer, classCount, asked) } : {} };
}

/** Whether this is a model that the kernel scores: with one class alone there is nothing to be unsure of. */
function isTeachingLinear(model: Model | undefined): model is LinearModel {
  return model instanceof LinearModel && model.seenClasses.length > 1;
}

/** Rows × classes. Between blocks other calls get their turn. */
async function score(
  scorer: (rows: Int32Array) => Float64Array,
  classCount: number,
  rows: Int32Array,
): Promise<Float32Array> {
  const probabilities = new Float32Array(rows.length * classCount);
  for (let from = 0; from < rows.length; from += ROWS_A_BLOCK) {
    probabilities.set(scorer(rows.subarray(from, from + ROWS_A_BLOCK)), from * classCount);
    await setImmediate();
  }
  return probabilities;
}

/** The first of the audit set in the order in which they are to be asked. */
function auditRowsOf({ rows, auditRanks }: Pool, auditThreshold: number): Int32Array {
  // Ranks are spread evenly: below this lie more than are wanted, and few enough to sort.
  const enough = ((2 * MOST_AUDIT_ROWS) / Math.max(1, rows.length)) * 2 ** 32;
  for (const below of [Math.min(auditThreshold, enough), auditThreshold]) {
    const members: number[] = [];
    for (let at = 0; at < rows.length; at++) if (auditRanks[at]! < below) members.push(at);
    if (members.length < MOST_AUDIT_ROWS && below < auditThreshold) continue;
    members.sort((a, b) => auditRanks[a]! - auditRanks[b]! || a - b);
    return Int32Array.from(members.slice(0, MOST_AUDIT_ROWS), (at) => rows[at]!);
  }
  return new Int32Array(0);
}

/** Records that may be asked to train on: alive, outside the audit set, not answered, not set aside. */
function candidatesOf(
  pool: Pool,
  { rows, excluded, auditThreshold }: Pick<Lesson, 'rows' | 'excluded' | 'auditThreshold'>,
): Int32Array {
  const isClosed = new Uint8Array(pool.rows.length);
  for (const some of [rows, excluded]) {
    for (const row of some) {
      const place = pool.placeOf(row);
      if (place >= 0) isClosed[place] = 1;
    }
  }
  const candidates = largeArray(Int32Array, pool.rows.length);
  let count = 0;
  for (let at = 0; at < isClosed.length; at++) {
    if (isClosed[at] === 0 && pool.auditRanks[at]! >= auditThreshold) candidates[count++] = pool.rows[at]!;
  }
  return candidates.subarray(0, count);
}

/** The strategy asked for, or what can be had so far: at random without a model, by margin without a space. */
function strategyFor(lesson: Lesson, model: Model | undefined, space: PoolSpace | undefined): QueryStrategy {
  const { strategyModule } = lesson;
  const strategy =
    strategyModule === undefined ? strategyByName(lesson.strategy) : loadOwnStrategy(strategyModule);
  const usable = strategy.needsSpace && !space ? strategyByName('margin') : strategy;
  return usable.needsModel && !model ? strategyByName('random') : usable;
}

/** Fits a committee when it is first asked for. */
function committeeOf(
  lesson: Lesson,
  classifier: Classifier,
  features: FeatureRows,
  candidates: Int32Array,
  random: Random,
) {
  return (positions: Int32Array): Float64Array[] => {
    const asked = features(positions.map((position) => candidates[position]!));
    return bootstrapCommittee(
      classifier,
      features(lesson.rows),
      lesson.classes,
      lesson.classCount,
      random,
    ).map((member) => member.probabilities(asked));
  };
}

function whatIfOf(
  lesson: Lesson,
  classifier: Classifier,
  features: FeatureRows,
  candidates: Int32Array,
  model: Model,
) {
  return (position: number, classIndex: number, judged: Int32Array): Float64Array => {
    const rows = Int32Array.of(...lesson.rows, candidates[position]!);
    const classes = Int32Array.of(...lesson.classes, classIndex);
    return classifier
      .fit(features(rows), classes, lesson.classCount, model)
      .probabilities(features(judged.map((at) => candidates[at]!)));
  };
}

/** With the product's own strategy the first answers cover the pool's clusters. */
function startersOf(
  space: PoolSpace | undefined,
  candidates: Int32Array,
  lesson: Pick<Lesson, 'strategy' | 'rows'>,
): Int32Array {
  if (!space || lesson.strategy !== 'default' || lesson.rows.length >= START_LABELS) return new Int32Array(0);
  const open = new Set(candidates);
  return space.starters.filter((row) => open.has(row)).subarray(0, START_LABELS - lesson.rows.length);
}

/** A random part of the rows, ascending; all of them where they are few enough. */
function sampled(rows: Int32Array, most: number, random: Random): Int32Array {
  if (rows.length <= most) return rows;
  return random
    .sample(rows.length, most)
    .map((at) => rows[at]!)
    .sort();
}

function spaceView(space: PoolSpace, pool: Pool, candidates: Int32Array): DenseSpace {
  const rowsAt = (positions: Int32Array) => positions.map((position) => candidates[position]!);
  return {
    rows: (positions) => space.rows(pool, rowsAt(positions)),
    densities: (positions) => space.densities(pool, rowsAt(positions)),
  };
}

function likeliest(
  probabilities: Float64Array,
  at: number,
  classCount: number,
): { classIndex: number; p: number } {
  const own = probabilities.subarray(at * classCount, (at + 1) * classCount);
  const p = Math.max(...own);
  return { classIndex: own.indexOf(p), p };
}

function openIfPresent(path: string): IndexReader | undefined {
  try {
    return IndexReader.open(path);
  } catch (error) {
    // Nothing indexed yet, or an index that the indexer is about to build anew: an empty pool until then.
    if (error instanceof UserError && ['index-absent', 'index-foreign'].includes(error.code))
      return undefined;
    throw error;
  }
}
