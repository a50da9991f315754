/** Ways of asking beyond the registered strategies: a chooser that learns, streams, and a module of one's own. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Random } from '../../../src/core/random.ts';
import { simulate } from '../../../src/engine/simulate/simulate.ts';
import { RecordStream, streamRules } from '../../../src/engine/simulate/stream.ts';

const options = {
  pool: answered(200, 1),
  test: answered(60, 2),
  features: ['tfidf'],
  classifiers: ['logistic'],
  noise: [0],
  batches: [10],
  labels: 60,
  seeds: 2,
  version: 'test',
};

test('the adaptive strategy sees how its answers came about, and chooses alike every time', async () => {
  const run = async () => (await simulate({ ...options, strategies: ['adaptive margin'] })).runs;
  const runs = await run();
  assert.equal(runs[0]!.rounds.at(-1)!.labels, 60);
  assert.deepEqual(await run(), runs);
});

test('a stream asks about records as they come, and ends with them', async () => {
  const { runs } = await simulate({ ...options, strategies: ['stream 1 0.1', 'stream 1 1'] });
  const [few, all] = runs.map(({ rounds }) => rounds.at(-1)!.labels);
  // A tenth of the 180 that come after the start, and a window's worth besides.
  assert.ok(few! >= 30 && few! <= 50, `${few}`);
  assert.equal(all, 60);
});

test('a stream never looks back: what was let pass does not come again', () => {
  const records = Int32Array.from({ length: 100 }, (_, at) => at);
  const stream = new RecordStream(records, { threshold: 0.8, budget: 1 }, new Random(1));
  const seen: number[] = [];
  const certainties = (coming: Int32Array) => {
    seen.push(...coming);
    return Float64Array.from(coming, (record) => (record % 2 === 0 ? 0.1 : 1));
  };
  const asked = [...stream.next(7, certainties), ...stream.next(1000, certainties)];
  assert.deepEqual(
    asked.toSorted((a, b) => a - b),
    [...records].filter((record) => record % 2 === 0),
  );
  assert.equal(new Set(asked).size, asked.length);
  assert.deepEqual([...stream.next(1, certainties)], []);
});

test('what is no stream is told how one is written', () => {
  assert.deepEqual(streamRules('stream .7 .2'), { threshold: 0.7, budget: 0.2 });
  assert.equal(streamRules('streams'), undefined);
  for (const wrong of ['stream 2 0.1', 'stream 0.8', 'stream a b', 'stream 0.8 0'])
    assert.throws(() => streamRules(wrong), { code: 'unknown-strategy', wayOut: /"stream 0\.8 0\.1"/ });
});

test("a module of one's own is run beside the others, and anew after it was changed", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-own-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const results = join(folder, 'results');
  const run = async (name: string, source: string) => {
    const path = join(folder, name);
    writeFileSync(path, source);
    const kept: number[] = [];
    await simulate({
      ...options,
      strategies: [path],
      results,
      seeds: 1,
      onProgress: (progress) => kept.push(progress.kept),
    });
    return kept[0];
  };
  const first =
    'export const select = (pool, size) => ({ chosen: Array.from({ length: size }, (_, at) => at) });';
  assert.equal(await run('mine.mjs', first), 0);
  assert.equal(await run('mine.mjs', first), 1);
  assert.equal(await run('mine.mjs', `${first}\n`), 0);
  await assert.rejects(run('bad.mjs', 'export const select = () => { throw new Error("no"); };'), {
    code: 'strategy-unusable',
  });
});

function answered(count: number, seed: number) {
  const words = {
    tea: ['kettle', 'cup', 'leaf', 'sugar', 'milk'],
    rail: ['train', 'guard', 'ticket', 'rail', 'bridge'],
  };
  const random = new Random(seed);
  const labels = Array.from({ length: count }, (_, at) => (at % 2 === 0 ? 'tea' : 'rail'));
  const texts = labels.map((label, at) => {
    const own = words[label as keyof typeof words];
    return `${own[random.below(5)]} ${own[random.below(5)]} ${words.tea[random.below(5)]} ${words.rail[random.below(5)]} ${at}`;
  });
  return { texts, labels };
}
