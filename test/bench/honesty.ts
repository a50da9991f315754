/**
 * Whether the figures that people are shown are honest, on projects whose truth is known:
 *
 *     node test/bench/honesty.ts intervals          200 made-up projects: do audit intervals hold the truth?
 *     node test/bench/honesty.ts calibration [set…] real sets: how far probabilities are off at 200 labels
 *
 * The sets are read from the shared data folder (`INKLING_DATA`).
 */
import { wilsonInterval } from '../../src/core/evaluate/intervals.ts';
import { likeliestClasses } from '../../src/core/evaluate/metrics.ts';
import { reliability } from '../../src/core/evaluate/reliability.ts';
import { CsrBuilder, type CsrMatrix, selectRows } from '../../src/core/features/csr.ts';
import { gatherRows } from '../../src/core/features/dense-rows.ts';
import { crossValidatedTemperature, tempered } from '../../src/core/model/calibration.ts';
import type { Model } from '../../src/core/model/classifier.ts';
import { classifierByName } from '../../src/core/model/registry.ts';
import { clusterStart } from '../../src/core/query/cluster-start.ts';
import { strategyByName } from '../../src/core/query/registry.ts';
import { Random } from '../../src/core/random.ts';
import { readAnswered } from '../../src/engine/simulate/records.ts';
import { newTask, type Task } from '../../src/engine/simulate/task.ts';
import { sharedFile } from '../support/shared.ts';

const classifier = classifierByName('logistic');
const [part, ...sets] = process.argv.slice(2);
if (part === 'intervals') intervals(200);
else if (part === 'calibration')
  await calibration(sets.length > 0 ? sets : ['agnews10k', 'r8', 'mr', 'trec6']);
else console.log('Say intervals or calibration.');

/** Projects of 3,000 made-up records, labelled by margin; each model is measured on 10 to 300 audit answers. */
function intervals(projectCount: number): void {
  const auditSizes = [10, 20, 40, 80, 160, 300];
  const covered = auditSizes.map(() => 0);
  for (let seed = 0; seed < projectCount; seed++) {
    const random = new Random(seed);
    const { rows, classes, classCount } = madeUpRecords(3000, random);
    const audit = random.sample(rows.rowCount, 300);
    const isAudit = new Set(audit);
    const pool = Int32Array.from({ length: rows.rowCount }, (_, row) => row).filter(
      (row) => !isAudit.has(row),
    );
    const start = random.sample(pool.length, 20).map((at) => pool[at]!);
    let labelled = start;
    let model: Model;
    for (;;) {
      const known = labelled.map((row) => classes[row]!);
      model = classifier.fit(selectRows(rows, labelled), known, classCount);
      if (labelled.length >= 100) break;
      const taken = new Set(labelled);
      const candidates = pool.filter((row) => !taken.has(row));
      const { chosen } = strategyByName('margin').select(
        {
          candidateCount: candidates.length,
          classCount,
          labelled: { classes: known },
          probabilities: model.probabilities(selectRows(rows, candidates)),
        },
        20,
        random,
      );
      labelled = Int32Array.of(...labelled, ...chosen.map((at) => candidates[at]!));
    }
    const right = rightOf(model, rows, classes);
    const truth = right.reduce((sum, value) => sum + value, 0) / right.length;
    auditSizes.forEach((size, place) => {
      const { low, high } = wilsonInterval(
        audit.subarray(0, size).reduce((sum, row) => sum + right[row]!, 0),
        size,
      );
      if (low <= truth && truth <= high) covered[place]!++;
    });
  }
  console.log(`Of ${projectCount} projects the 95 % interval held the accuracy on all records in:`);
  auditSizes.forEach((size, place) => {
    console.log(
      `  ${String(size).padStart(4)} audit answers  ${((100 * covered[place]!) / projectCount).toFixed(1)} %`,
    );
  });
}

/** Two to six clouds of points, some far apart and some not, of unequal size. */
function madeUpRecords(count: number, random: Random) {
  const classCount = 2 + random.below(5);
  const dimensions = 8;
  const spread = 0.6 + random.uniform();
  const centres = Array.from({ length: classCount * 2 }, () =>
    Array.from({ length: dimensions }, () => random.normal()),
  );
  const shares = Array.from({ length: centres.length }, () => 0.2 + random.uniform());
  const all = shares.reduce((sum, share) => sum + share, 0);
  const builder = new CsrBuilder();
  const classes = Int32Array.from({ length: count }, () => {
    let left = random.uniform() * all;
    let cloud = 0;
    while (cloud < shares.length - 1 && left >= shares[cloud]!) left -= shares[cloud++]!;
    builder.addRow(
      new Map(centres[cloud]!.map((centre, column) => [column, centre + spread * random.normal()])),
    );
    return cloud % classCount;
  });
  return { rows: builder.finish(dimensions), classes, classCount };
}

/** Labels as the product chooses them, 200 of them; then the expected calibration error on the test records. */
async function calibration(names: readonly string[]): Promise<void> {
  console.log('set          seed  accuracy  T      ECE before  ECE after');
  for (const name of names) {
    const [poolFile, testFile] = ['train', 'test'].map((part) => sharedFile('data', `${name}/${part}.jsonl`));
    if (!poolFile || !testFile) throw new Error(`There is no ${name} in the data folder.`);
    const task = newTask(await readAnswered(poolFile), await readAnswered(testFile), {
      features: 'pool',
      needsSpace: true,
    });
    for (let seed = 0; seed < 3; seed++) {
      const labelled = labelledByProduct(task, 200, new Random(seed));
      const rows = selectRows(task.pool, labelled);
      const classes = labelled.map((row) => task.poolClasses[row]!);
      const model = classifier.fit(rows, classes, task.classCount);
      const temperature = crossValidatedTemperature(
        classifier,
        rows,
        classes,
        task.classCount,
        new Random(1),
      );
      const before = model.probabilities(task.test);
      const after = tempered(before, task.classCount, temperature);
      const errorOf = (probabilities: Float64Array) => {
        const { confidences, right } = guesses(probabilities, task);
        return reliability(confidences, right);
      };
      const { right } = guesses(before, task);
      const accuracy = right.reduce((sum, value) => sum + value, 0) / right.length;
      console.log(
        [
          name.padEnd(12),
          String(seed).padStart(4),
          accuracy.toFixed(3).padStart(9),
          temperature.toFixed(3).padStart(6),
          errorOf(before).error.toFixed(3).padStart(10),
          errorOf(after).error.toFixed(3).padStart(10),
        ].join(' '),
      );
    }
  }
}

function labelledByProduct(task: Task, labels: number, random: Random): Int32Array {
  const space = task.space!;
  let labelled = clusterStart(space.rows, space.densities, 20, random);
  while (labelled.length < labels) {
    const known = labelled.map((row) => task.poolClasses[row]!);
    const model = classifier.fit(selectRows(task.pool, labelled), known, task.classCount);
    const taken = new Set(labelled);
    const candidates = Int32Array.from({ length: task.pool.rowCount }, (_, row) => row).filter(
      (row) => !taken.has(row),
    );
    const { chosen } = strategyByName('default').select(
      {
        candidateCount: candidates.length,
        classCount: task.classCount,
        probabilities: model.probabilities(selectRows(task.pool, candidates)),
        labelled: { classes: known, rows: () => gatherRows(space.rows, labelled) },
        space: {
          rows: (positions) =>
            gatherRows(
              space.rows,
              positions.map((at) => candidates[at]!),
            ),
          densities: (positions) => Float64Array.from(positions, (at) => space.densities[candidates[at]!]!),
        },
      },
      20,
      random,
    );
    labelled = Int32Array.of(...labelled, ...chosen.map((at) => candidates[at]!));
  }
  return labelled;
}

function guesses(probabilities: Float64Array, { testClasses, classCount }: Task) {
  const guessed = likeliestClasses(probabilities, classCount);
  return {
    confidences: Float64Array.from(guessed, (guess, row) => probabilities[row * classCount + guess]!),
    right: Uint8Array.from(guessed, (guess, row) => (guess === testClasses[row] ? 1 : 0)),
  };
}

function rightOf(model: Model, rows: CsrMatrix, classes: Int32Array): Uint8Array {
  const guessed = likeliestClasses(model.probabilities(rows), model.classCount);
  return Uint8Array.from(guessed, (guess, row) => (guess === classes[row] ? 1 : 0));
}
