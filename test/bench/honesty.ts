/**
 * Whether the figures that people are shown are honest, on projects whose truth is known:
 *
 *     node test/bench/honesty.ts intervals [200]    made-up projects: do audit intervals hold the truth?
 *     node test/bench/honesty.ts calibration [set…] real sets: how far probabilities are off at 200 labels
 *     node test/bench/honesty.ts stopping [set…]    real sets: when each criterion would stop, and what it costs
 *
 * The sets are read from the shared data folder (`INKLING_DATA`).
 */
import { changedShare, cohensKappa, predictedChangeOfF } from '../../src/core/evaluate/agreement.ts';
import { classScores, confusionMatrix, likeliestClasses, macroF1 } from '../../src/core/evaluate/metrics.ts';
import { reliability } from '../../src/core/evaluate/reliability.ts';
import { type Agreement, stoppingCriteria } from '../../src/core/evaluate/stopping.ts';
import { CsrBuilder, type CsrMatrix, selectRows } from '../../src/core/features/csr.ts';
import { gatherRows } from '../../src/core/features/dense-rows.ts';
import { crossValidatedTemperature, tempered } from '../../src/core/model/calibration.ts';
import type { Classifier, Model } from '../../src/core/model/classifier.ts';
import { classifierByName } from '../../src/core/model/registry.ts';
import { clusterStart } from '../../src/core/query/cluster-start.ts';
import { strategyByName } from '../../src/core/query/registry.ts';
import { Random } from '../../src/core/random.ts';
import { Calibrator } from '../../src/engine/learner/calibrator.ts';
import { CurveMeter } from '../../src/engine/learner/curve.ts';
import { Tuner } from '../../src/engine/learner/tuner.ts';
import { readAnswered } from '../../src/engine/simulate/records.ts';
import { newTask, type Task } from '../../src/engine/simulate/task.ts';
import { sharedFile } from '../support/shared.ts';

const classifier = classifierByName('logistic');
/** Records of a made-up project, and as many more like them that it never sees. */
const [POOL, FRESH] = [3000, 5000];
const [part, ...sets] = process.argv.slice(2);
if (part === 'intervals') await intervals(Number(sets[0] ?? 200));
else if (part === 'calibration')
  await calibration(sets.length > 0 ? sets : ['agnews10k', 'r8', 'mr', 'trec6']);
else if (part === 'stopping') await stopping(sets.length > 0 ? sets : ['agnews10k', 'r8', 'mr', 'trec6']);
else console.log('Say intervals, calibration or stopping.');

/**
 * Projects of 3,000 made-up records, 300 of them for the audit, the others labelled by margin. What is said after 100
 * labels, from 10 to 300 audit answers, is held against 5,000 more such records, and the forecast against what 100 more labels
 * bring. In half of the projects the records are labelled at random: there nobody may claim that choosing pays.
 */
async function intervals(projectCount: number): Promise<void> {
  const auditSizes = [10, 20, 40, 80, 160, 300];
  const held = auditSizes.map((size) => ({ size, accuracy: 0, macroF1: 0, f1: 0, f1s: 0 }));
  const forecasts = { made: 0, held: 0, width: 0 };
  const claims = { margin: { made: 0, pays: 0, not: 0 }, random: { made: 0, pays: 0, not: 0 } };
  for (let seed = 0; seed < projectCount; seed++) {
    const strategy = seed % 2 === 0 ? 'margin' : 'random';
    const random = new Random(seed);
    const { rows, classes, classCount } = madeUpRecords(POOL + FRESH, random);
    const audit = random.sample(POOL, 300);
    const labelled = labelledBy(strategy, { rows, classes, classCount }, new Set(audit), random);
    const [first, all] = [labelled.subarray(0, 100), labelled].map((some) =>
      classifier.fit(
        selectRows(rows, some),
        some.map((row) => classes[row]!),
        classCount,
      ),
    ) as [Model, Model];
    // Records like these that no project has: what is left of a pool is easier than what was chosen from it.
    const fresh = Int32Array.from({ length: FRESH }, (_, at) => POOL + at);
    const rest = { rows: selectRows(rows, fresh), classes: classes.subarray(POOL) };
    const accuracy = mean(rightOf(first, rest.rows, rest.classes));
    const scores = confusionMatrix(rest.classes, predictedBy(first, rest.rows), classCount);
    const f1s = classScores(scores).map(({ f1 }) => f1);
    const featureRows = (some: Int32Array) => selectRows(rows, some);
    // These records have no dense features.
    const untuned = new Tuner(featureRows, 0);
    for (const sums of held) {
      const auditRows = audit.slice(0, sums.size);
      const calibrator = new Calibrator(featureRows);
      const said = await new CurveMeter(featureRows, untuned, calibrator, () => Promise.resolve()).measure(
        {
          rows: labelled.slice(0, 100),
          classes: labelled.slice(0, 100).map((row) => classes[row]!),
          auditRows,
          auditClasses: auditRows.map((row) => classes[row]!),
          classCount,
          auditThreshold: 0,
          classifier: classifier.name,
        },
        new Int32Array(0),
      );
      const newest = said.points.at(-1)!;
      sums.accuracy += holds(newest.accuracy, accuracy);
      sums.macroF1 += holds(newest.macroF1, macroF1(scores));
      said.quality.forEach((quality, k) => {
        sums.f1 += holds(quality.f1, f1s[k]!);
        sums.f1s++;
      });
      if (sums.size === 300 && said.forecast.known) {
        const { gain } = said.forecast;
        forecasts.made++;
        forecasts.held += holds(gain, mean(rightOf(all, rest.rows, rest.classes)) - accuracy);
        forecasts.width += gain.high - gain.low;
      }
      // With 300 audit answers a fair comparison would take more than the 100 chosen ones.
      if (sums.size === 160 && said.againstRandom.known) {
        const { low, high } = said.againstRandom.difference;
        claims[strategy].made++;
        if (low > 0) claims[strategy].pays++;
        if (high < 0) claims[strategy].not++;
      }
    }
  }
  const share = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`.padStart(9);
  console.log(`Of ${projectCount} projects, how often the 95 % interval held the truth:`);
  console.log('audit answers  accuracy  macro-F1  F1 of a label');
  for (const sums of held) {
    console.log(
      [
        String(sums.size).padStart(13),
        share(sums.accuracy, projectCount),
        share(sums.macroF1, projectCount),
        share(sums.f1, sums.f1s),
      ].join(' '),
    );
  }
  const { made, held: right, width } = forecasts;
  console.log(
    `forecasts made: ${made}; held what the next 100 labels brought: ${share(right, made)}; mean width ${(100 * (width / made)).toFixed(1)} points`,
  );
  for (const [strategy, { made, pays, not }] of Object.entries(claims)) {
    console.log(
      `labelled by ${strategy}: "choosing pays" ${pays} of ${made}, "it does not" ${not} of ${made}`,
    );
  }
}

/** 200 labelled records in order, the first 20 at random, then 20 at once. */
function labelledBy(
  strategy: 'margin' | 'random',
  { rows, classes, classCount }: ReturnType<typeof madeUpRecords>,
  isAudit: ReadonlySet<number>,
  random: Random,
): Int32Array {
  const pool = Int32Array.from({ length: POOL }, (_, row) => row).filter((row) => !isAudit.has(row));
  let labelled = random.sample(pool.length, 20).map((at) => pool[at]!);
  while (labelled.length < 200) {
    const known = labelled.map((row) => classes[row]!);
    const model = classifier.fit(selectRows(rows, labelled), known, classCount);
    const taken = new Set(labelled);
    const candidates = pool.filter((row) => !taken.has(row));
    const { chosen } = strategyByName(strategy).select(
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
  return labelled;
}

function holds({ low, high }: { readonly low: number; readonly high: number }, truth: number): 0 | 1 {
  return low - 1e-9 <= truth && truth <= high + 1e-9 ? 1 : 0;
}

function mean(values: Uint8Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
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
    const task = await taskOf(name);
    for (let seed = 0; seed < 3; seed++) {
      const labelled = labelledByProduct(task, 200, new Random(seed));
      const rows = selectRows(task.pool, labelled);
      const classes = labelled.map((row) => task.poolClasses[row]!);
      const tuned = tunedFor(task, newTuner(task), labelled, classes);
      const model = tuned.fit(rows, classes, task.classCount);
      const temperature = crossValidatedTemperature(tuned, rows, classes, task.classCount, new Random(1));
      const before = model.probabilities(task.test);
      const after = tempered(before, task.classCount, temperature);
      const errorOf = (probabilities: Float64Array) => {
        const { confidences, right } = guesses(probabilities, task);
        return reliability(confidences, right, new Random(1));
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

/** Labels as the product chooses them, 1,000 of them: the accuracy at the first round at which each would stop. */
async function stopping(names: readonly string[]): Promise<void> {
  const judged = stoppingCriteria.filter(({ name }) => !['target', 'budget'].includes(name));
  for (const name of names) {
    const task = await taskOf(name);
    const { classCount } = task;
    const labelled = labelledByProduct(task, 1000, new Random(1));
    const random = new Random(2);
    const stopRows = random.sample(task.pool.rowCount, 2000);
    const stopSet = selectRows(task.pool, stopRows);
    const featureRows = (positions: Int32Array) => selectRows(task.pool, positions);
    const tuner = newTuner(task);
    const calibrator = new Calibrator(featureRows);
    const agreements: Agreement[] = [];
    const accuracies = new Map<number, number>();
    const stoppedAt = new Map<string, number>();
    let before: Int32Array | undefined;
    for (let labels = 20; labels <= labelled.length; labels += 20) {
      const rows = labelled.slice(0, labels);
      const classes = rows.map((row) => task.poolClasses[row]!);
      if (new Set(classes).size < 2) continue;
      const tuned = tunedFor(task, tuner, rows, classes);
      const model = tuned.fit(featureRows(rows), classes, classCount);
      accuracies.set(labels, mean(rightOf(model, task.test, task.testClasses)));
      const temperature = calibrator.temperature(
        { rows, classes, classCount, classifier: classifier.name },
        tuned,
      );
      const probabilities = tempered(model.probabilities(stopSet), classCount, temperature);
      const predicted = likeliestClasses(probabilities, classCount);
      if (before) {
        agreements.push({
          labels,
          kappa: cohensKappa(before, predicted, classCount),
          changed: changedShare(before, predicted),
          changeOfF: predictedChangeOfF(before, predicted, classCount),
        });
      }
      before = predicted;
      const entropy = probabilities.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
      const evidence = {
        goal: {},
        answers: labels,
        minutes: 0,
        accuracy: undefined,
        agreements: agreements.slice(-3),
        uncertainty: entropy / stopRows.length / Math.log(classCount),
      };
      for (const criterion of judged) {
        if (stoppedAt.has(criterion.name) || criterion.judge(evidence).state !== 'met') continue;
        stoppedAt.set(criterion.name, labels);
      }
    }
    const last = accuracies.get(labelled.length)!;
    console.log(`${name}: ${last.toFixed(3)} after ${labelled.length} labels`);
    for (const criterion of judged) {
      const labels = stoppedAt.get(criterion.name);
      const loss = labels === undefined ? undefined : 100 * (last - accuracies.get(labels)!);
      console.log(
        `  ${criterion.name.padEnd(22)} ${labels === undefined ? 'never' : `at ${labels} labels, ${loss!.toFixed(1)} points below`}`,
      );
    }
  }
}

async function taskOf(name: string): Promise<Task> {
  const [trainFile, testFile] = ['train', 'test'].map((part) => sharedFile('data', `${name}/${part}.jsonl`));
  if (!trainFile || !testFile) throw new Error(`There is no ${name} in the data folder.`);
  return newTask(await readAnswered(trainFile), await readAnswered(testFile), {
    features: 'default',
    needsSpace: true,
  });
}

function labelledByProduct(task: Task, labels: number, random: Random): Int32Array {
  const space = task.space!;
  const tuner = newTuner(task);
  let labelled = clusterStart(space.rows, space.densities, 20, random);
  while (labelled.length < labels) {
    const known = labelled.map((row) => task.poolClasses[row]!);
    const tuned = tunedFor(task, tuner, labelled, known);
    const model = tuned.fit(selectRows(task.pool, labelled), known, task.classCount);
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

function newTuner(task: Task): Tuner {
  return new Tuner((rows) => selectRows(task.pool, rows), task.space!.rows.dimensions);
}

/** What the product fits on these answers. */
function tunedFor({ classCount }: Task, tuner: Tuner, rows: Int32Array, classes: Int32Array): Classifier {
  const taught = { rows, classes, classCount, classifier: classifier.name };
  for (const _ of tuner.decide(taught));
  return tuner.classifierFor(taught);
}

function guesses(probabilities: Float64Array, { testClasses, classCount }: Task) {
  const guessed = likeliestClasses(probabilities, classCount);
  return {
    confidences: Float64Array.from(guessed, (guess, row) => probabilities[row * classCount + guess]!),
    right: Uint8Array.from(guessed, (guess, row) => (guess === testClasses[row] ? 1 : 0)),
  };
}

function predictedBy(model: Model, rows: CsrMatrix): Int32Array {
  return likeliestClasses(model.probabilities(rows), model.classCount);
}

function rightOf(model: Model, rows: CsrMatrix, classes: Int32Array): Uint8Array {
  return Uint8Array.from(predictedBy(model, rows), (guess, row) => (guess === classes[row] ? 1 : 0));
}
