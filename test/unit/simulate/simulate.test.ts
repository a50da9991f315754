import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Random } from '../../../src/core/random.ts';
import { type AnsweredRecords, readAnswered } from '../../../src/engine/simulate/records.ts';
import {
  type SimulationOptions,
  type SimulationProgress,
  simulate,
} from '../../../src/engine/simulate/simulate.ts';
import { sharedFile, skipUnlessShared } from '../../support/shared.ts';

const small: SimulationOptions = {
  pool: answered(150, 1),
  test: answered(60, 2),
  strategies: ['margin', 'random'],
  features: ['tfidf'],
  classifiers: ['logistic'],
  noise: [0],
  batches: [15],
  labels: 60,
  seeds: 3,
  version: 'test',
};

test('the report holds each strategy at the round numbers of labels it reached', async () => {
  const progress: string[] = [];
  const report = await simulate({ ...small, onProgress: ({ done, all }) => progress.push(`${done}/${all}`) });
  assert.deepEqual(
    report.runs.map(({ strategy, curve }) => [strategy, curve.map(({ labels }) => labels)]),
    [
      ['margin', [20, 50]],
      ['random', [20, 50]],
    ],
  );
  for (const { curve, rounds } of report.runs) {
    for (const { accuracy, macroF1 } of curve) {
      for (const { mean, sd, interval } of [accuracy, macroF1]) {
        assert.ok(mean >= 0 && mean <= 1 && sd >= 0);
        assert.ok(interval![0] <= mean && mean <= interval![1]);
      }
    }
    assert.ok(curve[1]!.accuracy.mean > 0.6);
    assert.deepEqual(
      rounds.map(({ labels }) => labels),
      [20, 35, 50, 60],
    );
  }
  assert.deepEqual(progress.at(-1), '6/6');
  assert.deepEqual(report.records, { pool: 150, test: 60, classes: 2, heldOut: false });
});

test('the same seeds give the same figures, however many runs share the machine', async () => {
  assert.deepEqual(await simulate(small), await simulate({ ...small, workers: 1 }));
  const alone = await simulate({ ...small, strategies: ['random'] });
  const { verdict: _, ...random } = (await simulate(small)).runs[1]!;
  assert.deepEqual(alone.runs[0], random);
});

test('a pool smaller than the labels asked for is used up, and that is the end', async () => {
  const { runs } = await simulate({ ...small, labels: 500, batches: [40] });
  assert.deepEqual(
    runs[0]!.curve.map(({ labels }) => labels),
    [20, 50, 100],
  );
  // With every answer given, it no longer matters who asked.
  const [last] = [runs[0]!.curve.at(-1)!];
  assert.ok(last.accuracy.mean > 0.8);
});

test("the product's own features and strategy need far fewer answers than plain tf-idf", async () => {
  const product = { ...small, features: ['default'], strategies: ['default', 'random'] };
  const [chosen, random] = (await simulate(product)).runs;
  const plain = (await simulate(small)).runs[1]!;
  for (const run of [chosen!, random!]) {
    assert.ok(run.curve[0]!.accuracy.mean > plain.curve[0]!.accuracy.mean, 'after 20 answers already');
  }
  assert.deepEqual((await simulate(product)).runs, [chosen, random]);
});

test('every combination of the lists is run once, and chance from the same start beside each way of choosing', async () => {
  const { runs } = await simulate({
    ...small,
    features: ['tfidf', 'pool', 'default'],
    strategies: ['default', 'random'],
    noise: [0, 0.2],
    batches: [10, 20],
    labels: 40,
    seeds: 1,
  });
  const said = runs.map(({ strategy, features, start, noise, batch }) =>
    [strategy, features, start, noise, batch].join(' '),
  );
  assert.equal(new Set(said).size, said.length);
  assert.deepEqual(
    said.filter((one) => one.endsWith(' 0.2 10')),
    [
      'default tfidf clusters 0.2 10',
      'random tfidf random 0.2 10',
      'default pool clusters 0.2 10',
      'random pool clusters 0.2 10',
      'default default clusters 0.2 10',
      'random default clusters 0.2 10',
      'random tfidf clusters 0.2 10',
    ],
  );
  for (const { strategy, verdict } of runs) assert.equal(verdict !== undefined, strategy === 'default');
});

test('wrong answers cost accuracy, and recorded ones are those of their column', async () => {
  const recorded = {
    ...small.pool,
    recorded: small.pool.labels.map((label) => (label === 'tea' ? 'rail' : 'tea')),
  };
  const { runs } = await simulate({
    ...small,
    pool: recorded,
    strategies: ['random'],
    noise: [0, 0.3, 'recorded'],
    seeds: 5,
  });
  const [none, some, all] = runs.map(({ rounds }) => rounds.at(-1)!.accuracy.mean) as [
    number,
    number,
    number,
  ];
  assert.ok(none > some + 0.03, `${none} without and ${some} with wrong answers`);
  assert.ok(Math.abs(all - (1 - none)) < 1e-9, 'turned round, every guess is wrong where it was right');
  await assert.rejects(simulate({ ...small, noise: ['recorded'] }), { code: 'answer-missing' });
});

test('without test records each seed holds out others, and copies of a text stay on one side', async () => {
  const twice: AnsweredRecords = {
    texts: [...small.pool.texts, ...small.pool.texts],
    labels: [...small.pool.labels, ...small.pool.labels],
  };
  const { records, runs } = await simulate({
    ...small,
    pool: twice,
    test: undefined,
    holdOut: 0.4,
    seeds: 2,
  });
  assert.equal(records.pool + records.test, 300);
  assert.ok(records.heldOut && Math.abs(records.test - 120) <= 2);
  assert.ok(runs[0]!.curve[0]!.accuracy.sd > 0, 'other records, other figures');
});

test('an audit spends a tenth of the answers and says how often its interval held the truth', async () => {
  const { runs, audit } = await simulate({ ...small, labels: 120, audit: true, batches: [1] });
  assert.ok(audit);
  for (const run of runs) {
    const { intervals, held, width } = run.audit!;
    assert.ok(held / intervals > 0.7 && width > 0.1 && width < 0.7, JSON.stringify(run.audit));
    assert.deepEqual(run.rounds.at(-1)!.labels, 120, 'audits are answers, too');
  }
});

test('choosing that is no better than chance is not called better', async () => {
  const { runs } = await simulate({ ...small, strategies: ['random', 'margin'], seeds: 2 });
  const verdict = runs.find(({ strategy }) => strategy === 'margin')!.verdict!;
  assert.ok(!verdict.known && /3 seeds/.test(verdict.why));
  const noise = Array.from(small.pool.labels, (_, at) => (at % 3 === 0 ? 'tea' : 'rail'));
  const chance = await simulate({ ...small, pool: { ...small.pool, labels: noise }, seeds: 4 });
  const judged = chance.runs[0]!.verdict!;
  assert.ok(judged.known && judged.outcome === 'cannot tell', JSON.stringify(judged));
});

test('runs that are kept are not made again, and a line torn by a kill is made anew', async (t) => {
  const results = temporaryFolder(t);
  const told: SimulationProgress[] = [];
  const options = { ...small, results, onProgress: (progress: SimulationProgress) => told.push(progress) };
  const first = await simulate(options);
  const file = join(results, 'runs.jsonl');
  const whole = readFileSync(file, 'utf8');
  assert.equal(whole.split('\n').length, 7, 'a line a run');

  told.length = 0;
  assert.deepEqual(await simulate(options), first);
  assert.deepEqual(told, [{ done: 6, all: 6, kept: 6 }]);
  assert.equal(readFileSync(file, 'utf8'), whole);

  truncateSync(file, whole.length - 30);
  appendFileSync(join(results, 'other.txt'), 'not ours');
  told.length = 0;
  assert.deepEqual(await simulate(options), first);
  assert.deepEqual(
    told.map(({ kept, done }) => [kept, done]),
    [
      [5, 5],
      [5, 6],
    ],
  );
  // The torn line was left where it was, and did not swallow the next one.
  told.length = 0;
  await simulate(options);
  assert.equal(told[0]!.kept, 6);
});

const others: readonly [title: string, change: Partial<SimulationOptions>, kept: number][] = [
  ['one more seed', { seeds: 4 }, 6],
  ['one more strategy', { strategies: ['margin', 'entropy', 'random'] }, 6],
  ['other records', { pool: answered(150, 3) }, 0],
  ['another version of the program', { version: 'other' }, 0],
  ['wrong answers', { noise: [0.1] }, 0],
];
test('what was kept counts for the same runs of the same records only', async (t) => {
  const results = temporaryFolder(t);
  await simulate({ ...small, results });
  for (const [title, change, kept] of others) {
    const told: SimulationProgress[] = [];
    await simulate({ ...small, ...change, results, onProgress: (progress) => told.push(progress) });
    assert.equal(told[0]!.kept, kept, title);
  }
});

test('what was finished before it was stopped is kept', async (t) => {
  const results = temporaryFolder(t);
  const controller = new AbortController();
  const stopped = simulate({
    ...small,
    results,
    seeds: 50,
    signal: controller.signal,
    onProgress: ({ done }) => done === 3 && controller.abort(new Error('enough')),
  });
  await assert.rejects(stopped, /enough/);
  const told: SimulationProgress[] = [];
  // Which seeds were finished first is the threads' affair.
  await simulate({
    ...small,
    strategies: ['margin'],
    seeds: 8,
    results,
    onProgress: (progress) => told.push(progress),
  });
  assert.ok(told[0]!.kept >= 3, JSON.stringify(told[0]));
});

test('the second classifier can be simulated too', async () => {
  const { runs } = await simulate({ ...small, classifiers: ['ml-logistic-regression'], seeds: 1 });
  assert.ok(runs[0]!.curve.at(-1)!.accuracy.mean > 0.6);
});

const mistakes: readonly [title: string, change: Partial<SimulationOptions>, code: string][] = [
  ['an unknown strategy', { strategies: ['margins'] }, 'unknown-strategy'],
  ['an unknown classifier', { classifiers: ['trees'] }, 'unknown-classifier'],
  ['unknown features', { features: ['words'] }, 'unknown-features'],
  ['an unknown start', { starts: ['first'] }, 'unknown-start'],
  ['a number of seeds that is none', { seeds: 0 }, 'number-invalid'],
  ['fewer labels than the start', { labels: 10 }, 'number-invalid'],
  ['only wrong answers', { noise: [1] }, 'number-invalid'],
  ['everything held out', { test: undefined, holdOut: 1 }, 'number-invalid'],
];
for (const [title, change, code] of mistakes) {
  test(`${title} is refused by name before anything runs`, async () => {
    await assert.rejects(simulate({ ...small, ...change }), { code });
  });
}

test('an aborted simulation ends at once, with the reason given', async () => {
  await assert.rejects(simulate({ ...small, signal: AbortSignal.abort(new Error('never')) }), /never/);
});

test(
  'plain tf-idf on news headlines reaches the reference figures of margin and random',
  skipUnlessShared('data', 'agnews10k/train.jsonl'),
  async () => {
    const { runs } = await simulate({
      ...small,
      pool: await readAnswered(sharedFile('data', 'agnews10k/train.jsonl')!),
      test: await readAnswered(sharedFile('data', 'agnews10k/test.jsonl')!),
      labels: 500,
      batches: [20],
      seeds: 5,
    });
    const expected: Record<string, number[]> = {
      margin: [0.606, 0.729, 0.803],
      random: [0.554, 0.687, 0.791],
    };
    for (const { strategy, curve } of runs) {
      [100, 200, 500].forEach((labels, at) => {
        const { mean } = curve.find((point) => point.labels === labels)!.accuracy;
        assert.ok(Math.abs(mean - expected[strategy]![at]!) < 0.03, `${strategy} at ${labels}: ${mean}`);
      });
    }
  },
);

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-simulate-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Records of two topics that share most of their words. */
function answered(count: number, seed: number): AnsweredRecords {
  const random = new Random(seed);
  const common = ['the', 'of', 'and', 'with', 'for', 'more', 'one', 'new'];
  const own = [
    ['kettle', 'tea', 'cup', 'sugar', 'milk'],
    ['train', 'platform', 'ticket', 'guard', 'rail'],
  ];
  const texts = Array.from({ length: count }, (_, at) => {
    const topic = own[at % 2]!;
    const words = Array.from({ length: 8 }, () =>
      random.uniform() < 0.3 ? topic[random.below(5)]! : common[random.below(8)]!,
    );
    return words.join(' ');
  });
  return { texts, labels: texts.map((_, at) => (at % 2 === 0 ? 'tea' : 'rail')) };
}
