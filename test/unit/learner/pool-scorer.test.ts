import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { normaliseRows } from '../../../src/core/features/linear-algebra.ts';
import { LinearModel } from '../../../src/core/model/linear-model.ts';
import { logisticRegression } from '../../../src/core/model/logistic-regression.ts';
import { lowConfidence, relativeEntropy, smallMargin } from '../../../src/core/query/uncertainty.ts';
import { Random } from '../../../src/core/random.ts';
import { tokenize } from '../../../src/core/text/tokenize.ts';
import { BlockScorer } from '../../../src/engine/learner/block-scorer.ts';
import { Pool } from '../../../src/engine/learner/pool.ts';
import { learnPool } from '../../../src/engine/learner/pool-learning.ts';
import { PoolScorer, type ScoringHelper } from '../../../src/engine/learner/pool-scorer.ts';
import { PoolSpace } from '../../../src/engine/learner/pool-space.ts';
import type { ScoringService } from '../../../src/engine/learner/scoring-worker.ts';
import { startWorker } from '../../../src/engine/worker.ts';
import { IndexReader } from '../../../src/store/store.ts';
import { indexTexts, removeIndexed } from '../../support/indexed.ts';

const folder = mkdtempSync(join(tmpdir(), 'inkling-scorer-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** More than one block; one record repeats a word more often than a posting says; some records are dead. */
const RECORDS = 5000;
const random = new Random(3);
const texts = Array.from({ length: RECORDS }, (_, at) => {
  const words = Array.from({ length: 12 }, () => `w${Math.floor(400 * random.uniform() ** 2)}`);
  if (at % 50 === 0) words.push(...Array.from({ length: 15 + (at % 7) }, () => 'often'));
  if (at % 3 === 0) words.push('good', 'awful', 'the', 'and', 'of', 'to', 'in', 'is', 'that');
  return at === 777 ? '' : words.join(' ');
});
const path = join(folder, 'index.db');
indexTexts(
  path,
  'a',
  texts.slice(0, 100).map((text) => ({ text })),
);
indexTexts(
  path,
  'b',
  texts.slice(100).map((text) => ({ text })),
);
removeIndexed(path, 'a');
const reader = IndexReader.open(path);
const pool = Pool.read(reader, Pool.empty(), 'en');
reader.close();
const scorer = new PoolScorer(pool.memory);
/** All kinds at once. */
const uncertain = (by: PoolScorer, model: LinearModel, space: PoolSpace | undefined, asked?: Int32Array) =>
  by.uncertainties(pool, model, space, asked ?? pool.rows, ['margins', 'entropies', 'confidences']);
const rows = Int32Array.from(pool.rows);

for (const classCount of [2, 4, 5, 20, 37, 150]) {
  for (const recipe of ['tf-idf', 'the learned features']) {
    test(`with ${classCount} classes on ${recipe}, the kernel is as unsure of each record as the plain model`, async () => {
      const space = recipe === 'tf-idf' ? undefined : await learnedSpace();
      const featuresOf = (of: Int32Array) => (space ? space.featureRows(pool, of) : pool.tfidf(of));
      const answered = rows.filter((_, at) => at % 16 === 0);
      const classes = answered.map((row, at) => (row + at) % classCount);
      const model = logisticRegression({ C: 6, balanced: true, tolerance: 1e-2 }).fit(
        featuresOf(answered),
        classes,
        classCount,
      );
      assert.ok(model instanceof LinearModel);
      const { margins, entropies, confidences } = await uncertain(scorer, model, space);
      const plain = model.probabilities(featuresOf(rows));
      // Dense parts are rounded to a byte a dimension (0.005 on average with few classes); all else is in 32-bit floats.
      const tolerance = space ? 0.05 : 1e-5;
      rows.forEach((row, at) => {
        const own = plain.subarray(at * classCount, (at + 1) * classCount);
        assert.ok(Math.abs(1 - margins[at]! - smallMargin(own)) < tolerance, `margin of ${row}`);
        assert.ok(Math.abs(1 - confidences[at]! - lowConfidence(own)) < tolerance, `confidence of ${row}`);
        const entropy = entropies[at]! / Math.log(classCount);
        assert.ok(Math.abs(entropy - relativeEntropy(own)) < tolerance, `entropy of ${row}`);
      });
    });
  }
}

let space: PoolSpace | undefined;
async function learnedSpace(): Promise<PoolSpace> {
  if (space) return space;
  const sample = rows.slice(0, 2000);
  const featureOf = pool.featuresByTerm();
  const sequences = Array.from(sample, (row) =>
    Int32Array.from(tokenize(texts[row - 1]!), (term) => featureOf.get(term)!),
  );
  const vectors = Float32Array.from({ length: 20 * pool.featureCount }, () => random.normal());
  const known = {
    places: Int32Array.from({ length: pool.featureCount }, (_, feature) => feature),
    dimensions: 20,
    vectors: normaliseRows(vectors, 20),
  };
  const learned = learnPool(pool.tfidf(sample), sequences, known);
  space = new PoolSpace(pool, { learned, sample, learnedFrom: rows.length });
  assert.equal(await space.embed(pool, 1), false);
  assert.equal(await space.embed(pool), true);
  return space;
}

test("a record's dense parts in bytes point where the exact ones do", async () => {
  const learned = await learnedSpace();
  const few = rows.slice(600, 700);
  const bytes = learned.rows(pool, few);
  const exact = learned.exactRows(pool, few);
  for (let at = 0; at < few.length; at++) {
    let cosine = 0;
    for (let j = 0; j < exact.dimensions; j++) {
      cosine += exact.values[at * exact.dimensions + j]! * bytes.values[at * exact.dimensions + j]!;
    }
    const isEmpty = pool.tfidf([few[at]!]).columns.length === 0;
    assert.ok(isEmpty || cosine > 0.999, `${few[at]}: ${cosine}`);
  }
});

test('feature rows asked for again are as new, also once the pool has grown and words weigh otherwise', async () => {
  const space = await learnedSpace();
  const few = rows.slice(0, 50);
  const ofTexts = (of: Pool) => space.featureRowsOf(of.tfidf(few));
  assert.deepEqual(space.featureRows(pool, few), ofTexts(pool));
  assert.deepEqual(space.featureRows(pool, few), ofTexts(pool));
  const grownPath = join(folder, 'grown.db');
  for (const [name, some] of [
    ['a', texts.slice(0, 100)],
    ['b', texts.slice(100)],
    ['c', texts.slice(0, 900)],
  ] as const) {
    indexTexts(
      grownPath,
      name,
      some.map((text) => ({ text })),
    );
  }
  const reader = IndexReader.open(grownPath);
  const grown = Pool.read(reader, Pool.empty(), 'en');
  reader.close();
  const again = space.featureRows(grown, few);
  assert.deepEqual(again, ofTexts(grown));
  assert.notDeepEqual(again.values, space.featureRows(pool, few).values);
});

/** A model of twenty classes on the learned features. */
async function fittedModel(): Promise<{ model: LinearModel; space: PoolSpace }> {
  const space = await learnedSpace();
  const answered = rows.filter((_, at) => at % 16 === 0);
  const classes = answered.map((row, at) => (row + at) % 20);
  const classifier = logisticRegression({ C: 6, balanced: true, tolerance: 1e-2 });
  const model = classifier.fit(space.featureRows(pool, answered), classes, 20);
  assert.ok(model instanceof LinearModel);
  return { model, space };
}

test('a second thread takes blocks of the same memory, and what comes out is the same to the bit', async (t) => {
  const { model, space } = await fittedModel();
  const alone = await uncertain(scorer, model, space);
  const thread = startWorker<ScoringService>(
    'scorer',
    { beside: false },
    {},
    { report: (error) => assert.fail(String(error)), onExit: () => assert.fail('The thread has ended.') },
  );
  t.after(() => thread.close());
  let takenByThread = 0;
  const helper: ScoringHelper = {
    ready: () => thread.remote.ready(),
    score: (job, workSpace) => {
      const answered = thread.remote.score(job, workSpace);
      // A pool this small is done before another thread wakes up: it is given the time to.
      const until = performance.now() + 20_000;
      while (Atomics.load(job.results.taken, 0) === 0 && performance.now() < until);
      takenByThread = Atomics.load(job.results.taken, 0);
      return answered;
    },
    close: async () => assert.fail('It works.'),
  };
  const two = new PoolScorer(pool.memory, {
    fromRecords: 0,
    start: () => helper,
    report: (error) => assert.fail(String(error)),
  });
  two.callHelper(pool);
  await thread.remote.ready();
  await new Promise(setImmediate);
  assert.deepEqual(await uncertain(two, model, space), alone);
  assert.ok(takenByThread > 0);
});

test('two passes asked for at once are of their own model each, and so are those after them', async () => {
  const { model, space } = await fittedModel();
  const answered = rows.filter((_, at) => at % 16 === 0);
  const other = logisticRegression({ C: 1, balanced: false, tolerance: 1e-2 }).fit(
    pool.tfidf(answered),
    answered.map((row) => row % 2),
    2,
  );
  assert.ok(other instanceof LinearModel);
  const one = await uncertain(scorer, model, space);
  const two = await uncertain(scorer, other, undefined);
  assert.notDeepEqual(one, two);
  const report = (error: unknown) => assert.fail(String(error));
  const helped = new PoolScorer(pool.memory, { fromRecords: 0, start: () => slowHelper, report });
  helped.callHelper(pool);
  await new Promise(setImmediate);
  for (let time = 0; time < 2; time++) {
    assert.deepEqual(
      await Promise.all([uncertain(helped, model, space), uncertain(helped, other, undefined)]),
      [one, two],
    );
  }
});

/** Is still at its block when the other thread is done with all others. */
const slowHelper: ScoringHelper = {
  ready: async () => {},
  score: async (job, workSpace) => {
    const own = Atomics.add(job.results.taken, 0, 1);
    await new Promise((done) => setTimeout(done, 50));
    new BlockScorer(job, workSpace).score(own);
  },
  close: async () => {},
};

test('of the records asked for it says what it says of them among all', async () => {
  const { model, space } = await fittedModel();
  const { margins, entropies, confidences } = await uncertain(scorer, model, space);
  const isAsked = (_: unknown, at: number) => at % 7 === 3;
  assert.deepEqual(await uncertain(scorer, model, space, rows.filter(isAsked)), {
    margins: margins.filter(isAsked),
    entropies: entropies.filter(isAsked),
    confidences: confidences.filter(isAsked),
  });
  // A kind that was not wanted before.
  const other = new PoolScorer(pool.memory);
  for (const kind of ['margins', 'entropies'] as const) {
    const some = await other.uncertainties(pool, model, space, pool.rows, [kind]);
    assert.deepEqual(some, { [kind]: { margins, entropies }[kind] });
  }
});

test('what a failing helper leaves undone is scored without it, and it is not called again', async () => {
  const { model, space } = await fittedModel();
  const alone = await uncertain(scorer, model, space);
  const failures: unknown[] = [];
  let calls = 0;
  let closed = 0;
  const failing = new PoolScorer(pool.memory, {
    fromRecords: 0,
    start: () => ({
      ready: async () => {},
      score: async (job, workSpace) => {
        calls++;
        // One block is taken and done, the next taken and left.
        new BlockScorer(job, workSpace).scoreNext();
        Atomics.add(job.results.taken, 0, 1);
        throw new Error('out of memory');
      },
      close: async () => {
        closed++;
      },
    }),
    report: (error) => failures.push(error),
  });
  for (let lesson = 0; lesson < 3; lesson++) {
    failing.callHelper(pool);
    await new Promise(setImmediate);
    assert.deepEqual(await uncertain(failing, model, space), alone);
  }
  assert.equal(calls, 1);
  assert.equal(closed, 1);
  assert.deepEqual(failures.map(String), ['Error: out of memory']);
});

test('a helper that is ended while it starts is no failure', async () => {
  const failures: unknown[] = [];
  const starting = Promise.withResolvers<void>();
  const some = new PoolScorer(pool.memory, {
    fromRecords: 0,
    start: () => ({
      ready: () => starting.promise,
      score: async () => assert.fail('It is not there yet.'),
      close: async () => starting.reject(new Error('The other side has closed.')),
    }),
    report: (error) => failures.push(error),
  });
  some.callHelper(pool);
  await some.close();
  await new Promise(setImmediate);
  assert.deepEqual(failures, []);
});
