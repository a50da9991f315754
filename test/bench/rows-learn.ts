/** Learning and choosing on pools that fit a test: fit, score, one full round after an answer. */

import { LinearModel } from '../../src/core/model/linear-model.ts';
import { logisticRegression } from '../../src/core/model/logistic-regression.ts';
import { Pool } from '../../src/engine/learner/pool.ts';
import { PoolScorer } from '../../src/engine/learner/pool-scorer.ts';
import { IndexReader } from '../../src/store/store.ts';
import type { Bench } from './bench.ts';
import { interleaved, type Times, timed } from './measure.ts';
import { BenchPool } from './pool.ts';
import type { FitTimes } from './sklearn.ts';

/** All that a strategy may want of a pass. */
const KINDS = ['margins', 'entropies', 'confidences'] as const;

export async function learnFigures(bench: Bench): Promise<void> {
  for (const { name, records } of bench.pools('learn')) {
    const pool = new BenchPool(records);
    const sklearn = bench.sklearn();
    try {
      await pool.index();
      await sklearn?.ask({ do: 'read', path: pool.file });
      await sklearn?.ask({ do: 'vectorize' });
      if (bench.wants(`fit/${name}`)) await fitFigures(bench, name, pool, sklearn);
      if (bench.wants(`score/${name}`)) await scoreFigures(bench, name, pool, sklearn);
      if (bench.wants(`round/${name}`)) await roundFigures(bench, name, pool, sklearn);
    } finally {
      sklearn?.close();
      pool.remove();
    }
  }
}

type Peer = ReturnType<Bench['sklearn']>;

/** Fits from cold on tf-idf rows, making the rows and the problem matrix included, as exactly as the peer was. */
async function fitFigures(bench: Bench, name: string, pool: BenchPool, sklearn: Peer): Promise<void> {
  const reader = IndexReader.open(pool.indexPath);
  const rows = Pool.read(reader, Pool.empty());
  reader.close();
  const classCount = Math.min(20, new Set(pool.classes).size);
  for (const labels of bench.fits) {
    const drawn = pool.drawn(labels);
    const classes = drawn.map((at) => pool.classes[at]! % classCount);
    for (const { solver, goal } of [
      { solver: 'lbfgs', goal: 60 },
      { solver: 'newton-cg', goal: 11 },
    ]) {
      const ask = { do: 'fit', rows: [...drawn], classes: [...classes], C: 1, solver, balanced: false };
      const reached = sklearn ? (await sklearn.ask<FitTimes>(ask)).tolerance : 1e-4;
      const classifier = logisticRegression({ C: 1, balanced: false, tolerance: reached });
      const fitted = () => classifier.fit(rows.tfidf(drawn.map((at) => at + 1)), classes, classCount);
      for (let warm = 0; warm < 3; warm++) fitted();
      const times =
        sklearn &&
        (await interleaved(
          bench.rounds,
          () => timed(fitted),
          () => sklearn.ask<Times>(ask),
        ));
      bench.ratio(
        `fit/${name}/${labels}x${classCount}/${solver}`,
        times && times.theirs.cpu / times.ours.cpu,
        {
          goal,
          note:
            times &&
            `${times.ours.cpu.toFixed(1)} ms CPU, to ${reached.toExponential(1)} of the first gradient`,
        },
      );
    }
  }
}

/** How unsure a model of 1,000 answers is of every record: margin, entropy and confidence, in one thread. */
async function scoreFigures(bench: Bench, name: string, pool: BenchPool, sklearn: Peer): Promise<void> {
  const reader = IndexReader.open(pool.indexPath);
  const rows = Pool.read(reader, Pool.empty());
  reader.close();
  const scorer = new PoolScorer(rows.memory);
  const topics = new Set(pool.classes).size;
  for (const { classCount, goal } of [
    { classCount: 4, goal: 4 },
    { classCount: 20, goal: 8 },
    { classCount: 150, goal: 10 },
  ]) {
    if (classCount > topics) continue;
    const drawn = pool.drawn(Math.min(1000, pool.classes.length >> 1));
    const classes = drawn.map((at) => pool.classes[at]! % classCount);
    const model = logisticRegression({ C: 1, balanced: false, tolerance: 1e-2 }).fit(
      rows.tfidf(drawn.map((at) => at + 1)),
      classes,
      classCount,
    );
    if (!(model instanceof LinearModel)) throw new Error('Not a linear model.');
    await sklearn?.ask({ do: 'fit_roughly', rows: [...drawn], classes: [...classes] });
    const scored = () => timed(() => scorer.uncertainties(rows, model, undefined, rows.rows, KINDS));
    for (let warm = 0; warm < 10; warm++) await scored();
    const times =
      sklearn && (await interleaved(bench.rounds, scored, () => sklearn.ask<Times>({ do: 'score' })));
    bench.ratio(`score/${name}/x${classCount}`, times && times.theirs.cpu / times.ours.cpu, {
      goal,
      note: times && `${times.ours.cpu.toFixed(1)} ms CPU; theirs ${Math.round(times.theirs.cpu)} ms`,
    });
  }
}

/** From 500 answers and one more to the next choice: fit, score the pool, choose a hundred. */
async function roundFigures(bench: Bench, name: string, pool: BenchPool, sklearn: Peer): Promise<void> {
  const classCount = Math.min(20, new Set(pool.classes).size);
  for (const { recipe, goal } of [
    { recipe: 'tfidf', goal: 100 },
    { recipe: 'default', goal: 20 },
  ] as const) {
    const learned = Promise.withResolvers<void>();
    const learner = pool.learner({
      poolLearned: learned.resolve,
      // Learned between two rounds, features would make the others rounds of the default recipe.
      ...(recipe === 'tfidf' ? { learnPool: () => new Promise<never>(() => {}) } : {}),
    });
    try {
      await learner.refresh(0);
      if (recipe === 'default') await learned.promise;
      const strategy = recipe === 'default' ? 'default' : 'margin';
      let answers = Math.min(500, pool.classes.length >> 2);
      await learner.teach(pool.lesson(answers, classCount, strategy));
      await learner.teach(pool.lesson(++answers, classCount, strategy));
      const ours = () => {
        // Drawing the answers is no part of a round.
        const lesson = pool.lesson(++answers, classCount, strategy);
        return timed(() => learner.teach(lesson));
      };
      const { rows, classes } = pool.lesson(answers, classCount, strategy);
      const ask = {
        do: 'choose',
        rows: Array.from(rows, (row) => row - 1),
        classes: [...classes],
        C: 1,
        size: 100,
      };
      const times = sklearn && (await interleaved(bench.rounds, ours, () => sklearn.ask<Times>(ask)));
      bench.ratio(`round/${name}/${recipe}`, times && times.theirs.cpu / times.ours.cpu, {
        goal,
        note:
          times &&
          `${Math.round(times.ours.cpu)} ms CPU, ${Math.round(times.ours.wall)} ms wall; theirs ${Math.round(times.theirs.cpu)} ms`,
      });
    } finally {
      await learner.close();
    }
  }
}
