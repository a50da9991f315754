/**
 * What wrong answers cost, and what a second look at the suspect ones gives back:
 *
 *     node test/bench/label-errors.ts [set…]     default: agnews10k with a fifth of the answers turned round, and
 *                                                agnews10k_noisy as its annotators answered
 *
 * Records are chosen as the product does, by answers that are partly wrong. Then the first tenth of the answers on the
 * list of suspects gets the true label, as a careful second look would; beside it, as many drawn at random, and a model
 * that simply leaves all suspects out. The sets are read from the shared data folder (`INKLING_DATA`).
 */
import { suspectAnswers } from '../../src/core/evaluate/label-errors.ts';
import { likeliestClasses } from '../../src/core/evaluate/metrics.ts';
import { selectRows } from '../../src/core/features/csr.ts';
import { gatherRows } from '../../src/core/features/dense-rows.ts';
import { heldOutProbabilities } from '../../src/core/model/held-out.ts';
import { classifierByName } from '../../src/core/model/registry.ts';
import { clusterStart } from '../../src/core/query/cluster-start.ts';
import { strategyByName } from '../../src/core/query/registry.ts';
import { Random } from '../../src/core/random.ts';
import { flipped } from '../../src/engine/simulate/noise.ts';
import { readAnswered } from '../../src/engine/simulate/records.ts';
import { newTask, type Task } from '../../src/engine/simulate/task.ts';
import { sharedFile } from '../support/shared.ts';

const SEEDS = 5;
const COUNTS = [100, 200, 500];
const classifier = classifierByName('logistic');

const sets = process.argv.slice(2);
for (const name of sets.length > 0 ? sets : ['agnews10k', 'agnews10k_noisy']) await measure(name);

async function measure(name: string): Promise<void> {
  const isRecorded = name.endsWith('_noisy');
  const clean = name.replace(/_noisy$/, '');
  const [train, test, noisy] = [`${clean}/train`, `${clean}/test`, `${name}/train`].map((file) =>
    sharedFile('data', `${file}.jsonl`),
  );
  if (!train || !test || !noisy) throw new Error(`There is no ${name} in the data folder.`);
  const pool = await readAnswered(train);
  const recorded = isRecorded ? (await readAnswered(noisy)).labels : undefined;
  const task = newTask({ ...pool, ...(recorded ? { recorded } : {}) }, await readAnswered(test), {
    features: 'default',
    needsSpace: true,
  });
  console.log(`${name}: means of ${SEEDS} seeds`);
  console.log(
    'answers  wrong  suspects  wrong among them  of a tenth  as given  looked at again  at random  left out  all true',
  );
  for (const count of COUNTS) {
    const sums = new Float64Array(9);
    for (let seed = 0; seed < SEEDS; seed++) {
      const answers = task.recordedClasses ?? flipped(task.poolClasses, task.classCount, 0.2, seed);
      const labelled = labelledByProduct(task, answers, count, new Random(seed));
      const given = labelled.map((record) => answers[record]!);
      const truth = labelled.map((record) => task.poolClasses[record]!);
      const rows = selectRows(task.pool, labelled);
      const probabilities = heldOutProbabilities(classifier, rows, given, task.classCount, 5, new Random(1));
      const suspects = suspectAnswers(probabilities, given, task.classCount).map(({ at }) => at);
      const all = Array.from(labelled, (_, at) => at);
      const looked = suspects.slice(0, Math.round(count / 10));
      const drawn = [...new Random(seed).sample(count, looked.length)];
      const mended = (places: readonly number[]) => {
        const again = given.slice();
        for (const at of places) again[at] = truth[at]!;
        return accuracyOf(task, labelled, again);
      };
      const withoutThose = (places: readonly number[]) => {
        const kept = Int32Array.from(all.filter((at) => !places.includes(at)));
        return accuracyOf(
          task,
          kept.map((at) => labelled[at]!),
          kept.map((at) => given[at]!),
        );
      };
      const wrong = (places: readonly number[]) => places.filter((at) => given[at] !== truth[at]).length;
      [
        wrong(all) / count,
        suspects.length / count,
        wrong(suspects) / Math.max(1, suspects.length),
        wrong(looked) / Math.max(1, looked.length),
        accuracyOf(task, labelled, given),
        mended(looked),
        mended(drawn),
        withoutThose(suspects),
        mended(all),
      ].forEach((figure, at) => {
        sums[at]! += figure / SEEDS;
      });
    }
    console.log([String(count).padStart(7), ...Array.from(sums, (mean) => mean.toFixed(3))].join('  '));
  }
}

function accuracyOf(task: Task, labelled: Int32Array, classes: Int32Array): number {
  const model = classifier.fit(selectRows(task.pool, labelled), classes, task.classCount);
  const guessed = likeliestClasses(model.probabilities(task.test), task.classCount);
  return guessed.reduce((sum, k, at) => sum + (k === task.testClasses[at] ? 1 : 0), 0) / guessed.length;
}

function labelledByProduct(task: Task, answers: Int32Array, count: number, random: Random): Int32Array {
  const space = task.space!;
  let labelled = clusterStart(space.rows, space.densities, 20, random);
  while (labelled.length < count) {
    const known = labelled.map((record) => answers[record]!);
    const model = classifier.fit(selectRows(task.pool, labelled), known, task.classCount);
    const taken = new Set(labelled);
    const open = Int32Array.from({ length: task.pool.rowCount }, (_, record) => record).filter(
      (record) => !taken.has(record),
    );
    const at = (positions: Int32Array) => positions.map((position) => open[position]!);
    const { chosen } = strategyByName('default').select(
      {
        candidateCount: open.length,
        classCount: task.classCount,
        probabilities: model.probabilities(selectRows(task.pool, open)),
        labelled: { classes: known, rows: () => gatherRows(space.rows, labelled) },
        space: {
          rows: (positions) => gatherRows(space.rows, at(positions)),
          densities: (positions) => Float64Array.from(at(positions), (record) => space.densities[record]!),
        },
      },
      20,
      random,
    );
    labelled = Int32Array.of(...labelled, ...at(chosen));
  }
  return labelled;
}
