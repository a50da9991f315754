/**
 * The learner: keeps the pool's matrix and the latest model in memory, chooses what to ask, explains, measures.
 *
 * Runs in a worker thread (`worker.ts`) and knows nothing of threads. Reads the index, writes nothing.
 */
import { setImmediate } from 'node:timers/promises';
import type { CsrMatrix } from '../../core/features/csr.ts';
import type { Model } from '../../core/model/classifier.ts';
import { LinearModel } from '../../core/model/logistic-regression.ts';
import { classifierByName } from '../../core/model/registry.ts';
import { strategyByName } from '../../core/query/registry.ts';
import type { PoolView } from '../../core/query/strategy.ts';
import { Random } from '../../core/random.ts';
import { UserError } from '../../core/user-error.ts';
import type {
  CurveReport,
  CurveRequest,
  LearnerService,
  Lesson,
  PoolFacts,
  Teaching,
  TermWeight,
} from '../../protocol/learner.ts';
import { IndexReader } from '../../store/store.ts';
import { CurveMeter } from './curve.ts';
import { Pool } from './pool.ts';

/** Rows scored between two looks at the message queue: a few milliseconds. */
const ROWS_A_BLOCK = 4096;
/** Probabilities held at once, 4 bytes each. A larger pool × classes is represented by a random part of it. */
const MOST_PROBABILITIES = 60e6;
const MOST_AUDIT_ROWS = 5000;
/** Words shown for and against a guess. */
const MOST_WORDS = 8;

export class Learner implements LearnerService {
  readonly #indexPath: string;
  #reader: IndexReader | undefined;
  #pool = Pool.empty();
  #meter = new CurveMeter(this.#pool);
  #model: { fitted: Model; classifier: string } | undefined;
  #revision = 0;

  /** @param indexPath where the index is or will be */
  constructor(indexPath: string) {
    this.#indexPath = indexPath;
  }

  async refresh(auditThreshold: number): Promise<PoolFacts> {
    this.#readIndex();
    const { generation, rows, auditRanks } = this.#pool;
    const members: number[] = [];
    for (let at = 0; at < rows.length; at++) if (auditRanks[at]! < auditThreshold) members.push(at);
    members.sort((a, b) => auditRanks[a]! - auditRanks[b]! || a - b);
    return {
      generation,
      records: rows.length,
      auditRows: Int32Array.from(members.slice(0, MOST_AUDIT_ROWS), (at) => rows[at]!),
    };
  }

  async teach(lesson: Lesson): Promise<Teaching> {
    const begun = performance.now();
    const pool = this.#pool;
    const random = new Random(lesson.seed);
    const model = this.#fit(pool, lesson);
    let candidates = candidatesOf(pool, lesson);
    const strategy = strategyByName(model ? lesson.strategy : 'random');

    const labelled = { classes: lesson.classes };
    let view: PoolView = { candidateCount: candidates.length, classCount: lesson.classCount, labelled };
    if (model && strategy.needsModel) {
      const most = Math.floor(MOST_PROBABILITIES / lesson.classCount);
      if (candidates.length > most) {
        const kept = random.sample(candidates.length, most);
        candidates = kept.map((at) => candidates[at]!).sort();
      }
      const probabilities = await this.#score(pool, model, candidates);
      view = { ...view, candidateCount: candidates.length, probabilities };
    }
    const selection = strategy.select(view, lesson.size, random);
    const rows = selection.chosen.map((at) => candidates[at]!);
    const guesses = model?.probabilities(pool.tfidf(rows));
    return {
      modelRevision: this.#revision,
      fitted: model !== undefined,
      strategy: strategy.name,
      chosen: Array.from(rows, (row, at) => ({
        row,
        utility: selection.utilities[at]!,
        ...(guesses ? { guess: likeliest(guesses, at, lesson.classCount) } : {}),
      })),
      ms: Math.round(performance.now() - begun),
    };
  }

  async explain(row: number, classIndex: number): Promise<readonly TermWeight[]> {
    const model = this.#model?.fitted;
    // Other models have no weight for a word.
    if (!(model instanceof LinearModel)) return [];
    const words = this.#pool.wordsOf(row);
    const { columns, values } = this.#pool.tfidf([row]);
    return Array.from(columns, (column, at) => ({
      term: words.get(column)!,
      weight: values[at]! * model.weight(column, classIndex),
    }))
      .filter(({ weight }) => weight !== 0)
      .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
      .slice(0, MOST_WORDS);
  }

  async curve(request: CurveRequest): Promise<CurveReport> {
    return { points: await this.#meter.measure(request) };
  }

  async close(): Promise<void> {
    this.#reader?.close();
    this.#reader = undefined;
  }

  #readIndex(): void {
    if (this.#reader && !this.#reader.isCurrent()) {
      this.#reader.close();
      this.#reader = undefined;
      this.#pool = Pool.empty();
    }
    this.#reader ??= openIfPresent(this.#indexPath);
    if (!this.#reader || this.#reader.generation() === this.#pool.generation) return;
    this.#pool = Pool.read(this.#reader, this.#pool);
    this.#meter = new CurveMeter(this.#pool);
    // Weights belong to the features of the pool they were fitted on.
    this.#model = undefined;
  }

  /** A model of the lesson's answers, or undefined before there are answers of two classes. */
  #fit(pool: Pool, { rows, classes, classCount, classifier }: Lesson): Model | undefined {
    if (new Set(classes).size < 2) {
      this.#model = undefined;
      return undefined;
    }
    const before = this.#model?.classifier === classifier ? this.#model.fitted : undefined;
    const start = before?.classCount === classCount ? before : undefined;
    const fitted = classifierByName(classifier).fit(pool.tfidf(rows), classes, classCount, start);
    this.#model = { fitted, classifier };
    this.#revision++;
    return fitted;
  }

  /** Rows × classes. Between blocks other calls get their turn. */
  async #score(pool: Pool, model: Model, rows: Int32Array): Promise<Float32Array> {
    const probabilities = new Float32Array(rows.length * model.classCount);
    for (let from = 0; from < rows.length; from += ROWS_A_BLOCK) {
      const block: CsrMatrix = pool.tfidf(rows.subarray(from, from + ROWS_A_BLOCK));
      probabilities.set(model.probabilities(block), from * model.classCount);
      await setImmediate();
    }
    return probabilities;
  }
}

/** Records that may be asked to train on: alive, outside the audit set, not answered, not set aside. */
function candidatesOf(pool: Pool, { rows, excluded, auditThreshold }: Lesson): Int32Array {
  const closed = new Set<number>(excluded);
  for (const row of rows) closed.add(row);
  const candidates = new Int32Array(pool.rows.length);
  let count = 0;
  pool.rows.forEach((row, at) => {
    if (pool.auditRanks[at]! >= auditThreshold && !closed.has(row)) candidates[count++] = row;
  });
  return candidates.subarray(0, count);
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
