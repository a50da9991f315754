import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Random } from '../../../src/core/random.ts';
import { type SimulationOptions, simulate } from '../../../src/engine/simulate/simulate.ts';
import { sharedFile, skipUnlessShared } from '../../support/shared.ts';

let folder: string;
let small: SimulationOptions;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-simulate-'));
  writeFileSync(join(folder, 'pool.jsonl'), answered(150, 1));
  writeFileSync(join(folder, 'test.jsonl'), `${answered(60, 2)}\n\n`);
  small = {
    pool: join(folder, 'pool.jsonl'),
    test: join(folder, 'test.jsonl'),
    strategies: ['margin', 'random'],
    features: 'tfidf',
    classifier: 'logistic',
    labels: 60,
    batch: 15,
    seeds: 3,
  };
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('the report holds each strategy at the round numbers of labels it reached', async () => {
  const progress: string[] = [];
  const report = await simulate({ ...small, onProgress: (done, all) => progress.push(`${done}/${all}`) });
  assert.deepEqual(
    report.runs.map(({ strategy, curve }) => [strategy, curve.map(({ labels }) => labels)]),
    [
      ['margin', [20, 50]],
      ['random', [20, 50]],
    ],
  );
  for (const { curve } of report.runs) {
    for (const { accuracy, macroF1 } of curve) {
      for (const { mean, sd } of [accuracy, macroF1]) assert.ok(mean >= 0 && mean <= 1 && sd >= 0);
    }
    assert.ok(curve[1]!.accuracy.mean > 0.6);
  }
  assert.deepEqual(progress.at(-1), '6/6');
});

test('the same seeds give the same figures, however many runs share the machine', async () => {
  assert.deepEqual(await simulate(small), await simulate(small));
  const alone = await simulate({ ...small, strategies: ['random'] });
  assert.deepEqual(alone.runs[0], (await simulate(small)).runs[1]);
});

test('a pool smaller than the labels asked for is used up, and that is the end', async () => {
  const { runs } = await simulate({ ...small, labels: 500, batch: 40 });
  assert.deepEqual(
    runs[0]!.curve.map(({ labels }) => labels),
    [20, 50, 100],
  );
  // With every answer given, it no longer matters who asked.
  const [last] = [runs[0]!.curve.at(-1)!];
  assert.ok(last.accuracy.mean > 0.8);
});

test("the product's own features and strategy need far fewer answers than plain tf-idf", async () => {
  const product = { ...small, features: 'default', strategies: ['default', 'random'] };
  const [chosen, random] = (await simulate(product)).runs;
  const plain = (await simulate(small)).runs[1]!;
  for (const run of [chosen!, random!]) {
    assert.ok(run.curve[0]!.accuracy.mean > plain.curve[0]!.accuracy.mean, 'after 20 answers already');
  }
  assert.deepEqual((await simulate(product)).runs, [chosen, random]);
});

test('the second classifier can be simulated too', async () => {
  const { runs } = await simulate({ ...small, classifier: 'ml-logistic-regression', seeds: 1 });
  assert.ok(runs[0]!.curve.at(-1)!.accuracy.mean > 0.6);
});

const mistakes: readonly [title: string, change: Partial<SimulationOptions>, code: string][] = [
  ['an unknown strategy', { strategies: ['margins'] }, 'unknown-strategy'],
  ['an unknown classifier', { classifier: 'trees' }, 'unknown-classifier'],
  ['unknown features', { features: 'words' }, 'unknown-features'],
  ['a number of seeds that is none', { seeds: 0 }, 'number-invalid'],
  ['fewer labels than the start', { labels: 10 }, 'number-invalid'],
];
for (const [title, change, code] of mistakes) {
  test(`${title} is refused by name before anything runs`, async () => {
    await assert.rejects(simulate({ ...small, ...change }), { code });
  });
}

test('a file that is not there, or a line without an answer, is named', async () => {
  const bad = join(folder, 'bad.jsonl');
  writeFileSync(bad, '{"text":"one","label":"a"}\n{"text":"two"}\n');
  await assert.rejects(simulate({ ...small, pool: bad }), {
    code: 'answer-missing',
    message: /Line 2 of .*bad\.jsonl/,
  });
  await assert.rejects(simulate({ ...small, test: join(folder, 'none.jsonl') }), { code: 'file-unreadable' });
});

test('an aborted simulation ends at once, with the reason given', async () => {
  const controller = new AbortController();
  const running = simulate({
    ...small,
    seeds: 200,
    signal: controller.signal,
    onProgress: () => controller.abort(new Error('enough')),
  });
  await assert.rejects(running, /enough/);
  await assert.rejects(simulate({ ...small, signal: AbortSignal.abort(new Error('never')) }), /never/);
});

test(
  'plain tf-idf on news headlines reaches the reference figures of margin and random',
  skipUnlessShared('data', 'agnews10k/train.jsonl'),
  async () => {
    const { runs } = await simulate({
      ...small,
      pool: sharedFile('data', 'agnews10k/train.jsonl')!,
      test: sharedFile('data', 'agnews10k/test.jsonl')!,
      labels: 500,
      batch: 20,
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

/** Records of two topics that share most of their words. */
function answered(count: number, seed: number): string {
  const random = new Random(seed);
  const common = ['the', 'of', 'and', 'with', 'for', 'more', 'one', 'new'];
  const own = [
    ['kettle', 'tea', 'cup', 'sugar', 'milk'],
    ['train', 'platform', 'ticket', 'guard', 'rail'],
  ];
  return Array.from({ length: count }, (_, at) => {
    const topic = own[at % 2]!;
    const words = Array.from({ length: 8 }, () =>
      random.uniform() < 0.3 ? topic[random.below(5)]! : common[random.below(8)]!,
    );
    return JSON.stringify({ text: words.join(' '), label: at % 2 === 0 ? 'tea' : 'rail' });
  }).join('\n');
}
