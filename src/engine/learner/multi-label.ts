/**
 * Learning where a record can have several labels: one model a label over the same features, a threshold for each, and
 * the choice by their doubts. What a learner keeps for it besides the pool.
 */
import type { CsrMatrix } from '../../core/features/csr.ts';
import { isTeachable } from '../../core/model/label-sets.ts';
import { fitOneVsRest, labelProbabilities, type OneVsRestModel } from '../../core/model/one-vs-rest.ts';
import { multiLabelStrategyByName } from '../../core/query/multi-label-registry.ts';
import type { DenseSpace } from '../../core/query/strategy.ts';
import { Random } from '../../core/random.ts';
import type { ChosenRow, SetLesson, Teaching } from '../../protocol/learner.ts';
import { ONE_VS_REST, type TaughtSets } from './taught-sets.ts';
import { predictedSets, ThresholdKeeper } from './threshold-keeper.ts';

/** The pool at the time of a lesson, as the learner has it. */
export interface SetPool {
  /** The records that may be asked about. */
  readonly candidates: Int32Array;
  /** As many of them as can be scored, drawn with this generator where they are too many. */
  sampled(random: Random): Int32Array;
  /**
   * Records to ask first: those that just came, and those to ask before a model is trusted to choose.
   *
   * @param certainties how sure the model is of the label of each row that it is least sure of; undefined without one
   */
  first(certainties: ((rows: Int32Array) => Float64Array) | undefined): Int32Array;
  /** Some candidates in the space in which records compare; undefined until that is learned. */
  spaceOf(candidates: Int32Array): DenseSpace | undefined;
  /** Rows × (classes + 1), by the fastest way there is; see `OneVsRestModel.linear`. */
  score(model: OneVsRestModel, rows: Int32Array): Promise<Float32Array>;
}

export class SetLearner {
  readonly featureRows: (rows: Int32Array) => CsrMatrix;
  readonly thresholds: ThresholdKeeper;
  #fitted: { model: OneVsRestModel; taught: TaughtSets } | undefined;

  /** @param featureRows the features that models are fitted on; others need another learner */
  constructor(featureRows: (rows: Int32Array) => CsrMatrix) {
    this.featureRows = featureRows;
    this.thresholds = new ThresholdKeeper(featureRows);
  }

  /** The latest model; undefined before there is one. */
  get model(): OneVsRestModel | undefined {
    return this.#fitted?.model;
  }

  /** Lets the latest model go: the project's records have one label now. */
  forget(): void {
    this.#fitted = undefined;
  }

  /**
   * @param taught the lesson's answers without those that must not teach
   * @throws UserError `one-label-strategy`
   */
  async teach(
    lesson: SetLesson,
    taught: TaughtSets,
    pool: SetPool,
  ): Promise<Omit<Teaching, 'modelRevision' | 'ms'>> {
    const { classCount, size } = lesson;
    const strategy = multiLabelStrategyByName(lesson.strategy);
    const random = new Random(lesson.seed);
    const model = this.#fit(taught);
    const chosen = new Map(Array.from(pool.first(this.#certainties()), (row) => [row, 1]));
    const asked = model && strategy.needsModel ? strategy : multiLabelStrategyByName('random');
    const candidates = asked.needsModel ? pool.sampled(random) : pool.candidates;
    const thresholds = model ? this.thresholds.thresholds(taught) : new Float64Array(classCount).fill(0.5);
    const space = pool.spaceOf(candidates);
    const selection = asked.select(
      {
        candidateCount: candidates.length,
        classCount,
        probabilities:
          model && asked.needsModel
            ? labelProbabilities(await pool.score(model, candidates), classCount)
            : new Float64Array(0),
        thresholds,
        ...(space ? { space } : {}),
        labelled: {
          sets: lesson.sets,
          probabilities: () => model?.probabilities(this.featureRows(lesson.rows)) ?? new Float64Array(0),
        },
      },
      size,
      random,
    );
    selection.chosen.forEach((position, at) => {
      const row = candidates[position]!;
      if (!chosen.has(row)) chosen.set(row, selection.utilities[at]!);
    });
    const rows = Int32Array.from([...chosen.keys()].slice(0, size));
    const probabilities = model?.probabilities(this.featureRows(rows));
    return {
      fitted: model !== undefined,
      strategy: asked.name,
      asks: asked.summary.split(/(?<=\.) /)[0]!,
      chosen: Array.from(rows, (row, at): ChosenRow => {
        const own = probabilities?.subarray(at * classCount, (at + 1) * classCount);
        return { row, utility: chosen.get(row)!, ...(own ? { guesses: guessesOf(own, thresholds) } : {}) };
      }),
    };
  }

  #certainties(): ((rows: Int32Array) => Float64Array) | undefined {
    const model = this.model;
    if (!model) return undefined;
    const K = model.classCount;
    return (rows) => {
      const probabilities = model.probabilities(this.featureRows(rows));
      return Float64Array.from(rows, (_, at) =>
        probabilities
          .subarray(at * K, (at + 1) * K)
          .reduce((least, p) => Math.min(least, Math.max(p, 1 - p)), 1),
      );
    };
  }

  /** A model of these answers, or undefined before one label tells records apart. */
  #fit(taught: TaughtSets): OneVsRestModel | undefined {
    const before = this.#fitted?.taught.classCount === taught.classCount ? this.#fitted.model : undefined;
    this.#fitted = isTeachable(taught.sets, taught.classCount)
      ? {
          model: fitOneVsRest(
            this.featureRows(taught.rows),
            taught.sets,
            taught.classCount,
            ONE_VS_REST,
            before,
          ),
          taught,
        }
      : undefined;
    return this.#fitted?.model;
  }
}

/** What the model would give, surest first. */
function guessesOf(probabilities: Float64Array, thresholds: Float64Array): NonNullable<ChosenRow['guesses']> {
  const { members } = predictedSets(probabilities, thresholds);
  return Array.from(members, (classIndex) => ({ classIndex, p: probabilities[classIndex]! })).sort(
    (a, b) => b.p - a.p,
  );
}
