/**
 * Records with several labels: what thresholds and choosing are worth, on sets made by joining records of the shared
 * data (`test/support/joined.ts`).
 *
 *   node test/bench/multi-label.ts strategies r8 trec6 agnews10k
 *   node test/bench/multi-label.ts thresholds r8 trec6 agnews10k 20ng
 */
import { macroF1OfSets, microF1, setCounts } from '../../src/core/evaluate/multi-label.ts';
import { selectRows } from '../../src/core/features/csr.ts';
import { selectSets } from '../../src/core/model/label-sets.ts';
import { crossValidatedThresholds } from '../../src/core/model/label-thresholds.ts';
import { fitOneVsRest } from '../../src/core/model/one-vs-rest.ts';
import { Random } from '../../src/core/random.ts';
import { ONE_VS_REST } from '../../src/engine/learner/taught-sets.ts';
import { predictedSets } from '../../src/engine/learner/threshold-keeper.ts';
import { simulate } from '../../src/engine/simulate/simulate.ts';
import { newTask } from '../../src/engine/simulate/task.ts';
import { joinedRecords, sharedFile } from '../support/joined.ts';

const POOL = 1500;
const TEST = 800;
const SEEDS = 3;

const [mode, ...names] = process.argv.slice(2);
for (const name of names) {
  const read = (split: string, count: number, seed: number) => {
    const file = sharedFile('data', `${name}/${split}.jsonl`);
    if (!file) throw new Error(`There is no ${name} among the shared data.`);
    return joinedRecords(file, count, seed);
  };
  const parts = { pool: read('train', POOL, 1), test: read('test', TEST, 2) };
  if (mode === 'thresholds') thresholds(name, parts);
  else await strategies(name, parts);
}

type Parts = { pool: ReturnType<typeof joinedRecords>; test: ReturnType<typeof joinedRecords> };

async function strategies(name: string, parts: Parts): Promise<void> {
  const { runs } = await simulate({
    ...parts,
    strategies: ['default', 'mmc', 'cvirs', 'label-cardinality', 'random'],
    features: ['default'],
    classifiers: ['logistic'],
    noise: [0],
    batches: [20],
    labels: 200,
    seeds: SEEDS,
    version: 'bench',
    workers: 1,
  });
  for (const { strategy, curve } of runs) {
    const shown = curve
      .filter(({ labels }) => labels >= 50)
      .map(({ labels, microF1: micro, macroF1: macro }) => `@${labels} ${figure(micro!)} / ${figure(macro)}`);
    console.log(`${name.padEnd(10)} ${strategy.padEnd(18)} ${shown.join('   ')}`);
  }
}

function figure({ mean, sd }: { readonly mean: number; readonly sd: number }): string {
  return `${mean.toFixed(3)} ±${sd.toFixed(3)}`;
}

function thresholds(name: string, { pool, test }: Parts): void {
  const task = newTask(pool, test, { features: 'default', needsSpace: false });
  const { classCount, sets } = task;
  for (const count of [60, 200]) {
    const sums = new Map<string, { micro: number; macro: number }>();
    for (let seed = 0; seed < SEEDS; seed++) {
      const rows = new Random(seed + 5).sample(task.pool.rowCount, count);
      const features = selectRows(task.pool, rows);
      const taught = selectSets(sets!.pool, rows);
      const probabilities = fitOneVsRest(features, taught, classCount, ONE_VS_REST).probabilities(task.test);
      const ways = {
        'at one half': new Float64Array(classCount).fill(0.5),
        'cross-validated': crossValidatedThresholds(features, taught, classCount, ONE_VS_REST, new Random(1)),
      };
      for (const [way, from] of Object.entries(ways)) {
        const counts = setCounts(sets!.test, predictedSets(probabilities, from), classCount);
        const { micro, macro } = sums.get(way) ?? { micro: 0, macro: 0 };
        sums.set(way, { micro: micro + microF1(counts), macro: macro + macroF1OfSets(counts) });
      }
    }
    for (const [way, { micro, macro }] of sums)
      console.log(
        `${name.padEnd(10)} @${count} ${way.padEnd(16)} ${(micro / SEEDS).toFixed(3)} / ${(macro / SEEDS).toFixed(3)}`,
      );
  }
}
