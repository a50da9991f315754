/** Simulations where a record can have several labels: on sets made by joining records, whose labels are known. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Random } from '../../../src/core/random.ts';
import { readAnswered } from '../../../src/engine/simulate/records.ts';
import { type SimulationOptions, simulate } from '../../../src/engine/simulate/simulate.ts';
import { joinedRecords, sharedFile, skipUnlessShared } from '../../support/joined.ts';

const words: Readonly<Record<string, readonly string[]>> = {
  parcel: ['parcel', 'courier', 'tracking', 'doorstep', 'shipped'],
  invoice: ['invoice', 'charged', 'refund', 'payment', 'overcharged'],
  login: ['password', 'login', 'account', 'locked', 'browser'],
};

function lines(count: number, seed: number): string {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const labels = Object.keys(words).filter(() => random.uniform() < 0.4);
    const said = labels.flatMap((label) => [0, 1].map(() => words[label]![random.below(5)]));
    return JSON.stringify({ text: ['hello', `n${random.below(50)}`, ...said].join(' '), topics: labels });
  }).join('\n');
}

async function small(t: TestContext): Promise<SimulationOptions> {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-sets-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const fields = { label: 'topics', multiLabel: true };
  const read = (name: string, count: number, seed: number) => {
    writeFileSync(join(folder, name), lines(count, seed));
    return readAnswered(join(folder, name), fields);
  };
  return {
    pool: await read('pool.jsonl', 150, 1),
    test: await read('test.jsonl', 80, 2),
    strategies: ['default', 'mmc', 'cvirs', 'label-cardinality', 'random'],
    features: ['default'],
    classifiers: ['logistic'],
    noise: [0],
    batches: [20],
    labels: 60,
    seeds: 3,
    version: 'test',
  };
}

test('each strategy for sets gets a curve with micro-F1, and a verdict by it', async (t) => {
  const report = await simulate(await small(t));
  assert.deepEqual(report.records, { pool: 150, test: 80, classes: 3, heldOut: false });
  assert.equal(report.runs.length, 5);
  for (const { strategy, rounds, verdict } of report.runs) {
    assert.deepEqual(
      rounds.map(({ labels }) => labels),
      [20, 40, 60],
    );
    const { accuracy, macroF1, microF1, hammingLoss } = rounds.at(-1)!;
    assert.ok(microF1!.mean > 0.85, `${strategy}: ${microF1!.mean}`);
    assert.ok(macroF1.mean > 0.85 && accuracy.mean > 0.6 && hammingLoss!.mean < 0.15);
    if (strategy !== 'random') assert.ok(verdict?.known && verdict.measure === 'micro-F1');
  }
});

test('the same seeds give the same figures', async (t) => {
  const options = { ...(await small(t)), strategies: ['default'], seeds: 1 };
  assert.deepEqual(await simulate(options), await simulate({ ...options, workers: 1 }));
});

test('strategies for one label, noise and audits are refused in a sentence', async (t) => {
  const options = await small(t);
  await assert.rejects(simulate({ ...options, strategies: ['margin'] }), { code: 'one-label-strategy' });
  await assert.rejects(simulate({ ...options, noise: [0.2] }), { code: 'not-for-several-labels' });
  await assert.rejects(simulate({ ...options, audit: true }), { code: 'not-for-several-labels' });
});

test('a column of texts with several labels is read like a list, and an empty list is an answer', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-sets-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'a.jsonl');
  writeFileSync(
    path,
    '{"text":"a","label":"x;y"}\n{"text":"b","label":[]}\n{"text":"c","label":["y","x"]}\n',
  );
  const { labels } = await readAnswered(path, { multiLabel: true });
  assert.deepEqual(labels, ['["x","y"]', '[]', '["x","y"]']);
  writeFileSync(path, '{"text":"a","label":"x"}\n{"text":"b"}\n');
  await assert.rejects(readAnswered(path, { multiLabel: true }), { code: 'answer-missing' });
});

test(
  'on joined records of r8 the default beats chance on the rare labels',
  skipUnlessShared('data', 'r8/train.jsonl'),
  async () => {
    const read = (split: string, count: number, seed: number) =>
      joinedRecords(sharedFile('data', `r8/${split}.jsonl`)!, count, seed);
    const report = await simulate({
      pool: read('train', 1200, 1),
      test: read('test', 600, 2),
      strategies: ['default', 'random'],
      features: ['default'],
      classifiers: ['logistic'],
      noise: [0],
      batches: [20],
      labels: 100,
      seeds: 3,
      version: 'test',
    });
    const at100 = report.runs.map(({ curve }) => curve.find(({ labels }) => labels === 100)!);
    assert.ok(at100[0]!.microF1!.mean > 0.8, `micro-F1 ${at100[0]!.microF1!.mean}`);
    assert.ok(at100[0]!.macroF1.mean > at100[1]!.macroF1.mean, 'rare labels');
  },
);
