import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { DenseRecords } from '../../../src/core/features/dense-records.ts';
import { Random } from '../../../src/core/random.ts';
import {
  packBlocks,
  packDense,
  restoreDense,
  restoredPool,
} from '../../../src/engine/learner/kept-blocks.ts';
import { Pool } from '../../../src/engine/learner/pool.ts';
import { learnPool } from '../../../src/engine/learner/pool-learning.ts';
import { IndexReader, keepFile, keptPath } from '../../../src/store/store.ts';
import { type IndexedText, indexTexts } from '../../support/indexed.ts';

let folder: string;
let path: string;
const readers: IndexReader[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-kept-'));
  path = join(folder, 'index.db');
});
afterEach(() => {
  for (const reader of readers.splice(0)) reader.close();
  rmSync(folder, { recursive: true, force: true });
});

for (const [language, words] of Object.entries({
  'without stems': ['kot', 'pies', 'dom', 'las', 'rzeka', 'most', 'droga', 'pole'],
  'by stems': ['der', 'die', 'und', 'laufen', 'laufend', 'Häuser', 'Haus', 'nicht'],
})) {
  test(`a pool ${language} is the same when its blocks are read as they lay in memory`, () => {
    indexTexts(path, 'a', texts(5000, words));
    const pool = kept();
    assert.equal(pool.stems.length > 0, language === 'by stems');
    const restored = restoredPool(opened(), path)!;
    assert.equal(restored.blocks.length, 2);
    assertAlike(Pool.read(opened(), restored), pool);
  });
}

test('records that came after the blocks were kept are read from the index', () => {
  indexTexts(path, 'a', texts(300));
  const pool = kept();
  indexTexts(path, 'b', texts(200, ['robin', 'wren', 'finch']));
  const restored = restoredPool(opened(), path)!;
  const read = Pool.read(opened(), restored);
  assert.equal(read.rows.length, 500);
  assertAlike(read, Pool.read(opened(), pool));
});

test('blocks of other texts are not taken for those of the index', () => {
  indexTexts(path, 'a', texts(300));
  kept();
  const bytes = readFileSync(keptPath(path, 'blocks'));
  rmSync(path);
  // As many records and the same words in the same order, but for the last text.
  indexTexts(path, 'a', [...texts(299), { text: texts(1)[0]!.text, auditRank: 1 }]);
  writeFileSync(keptPath(path, 'blocks'), bytes);
  assert.equal(restoredPool(opened(), path), undefined);
});

test('wherever a kept file is damaged or cut off, it is as good as none', () => {
  indexTexts(path, 'a', texts(300));
  const pool = kept();
  const records = embedded(pool);
  keepFile(keptPath(path, 'dense'), packDense(pool, records, 7, opened())!);
  for (const name of ['blocks', 'dense'] as const) {
    const file = keptPath(path, name);
    const whole = readFileSync(file);
    const isTaken = () =>
      name === 'blocks'
        ? restoredPool(opened(), path) !== undefined
        : restoreDense(pool, new DenseRecords(features(pool)), 7, opened(), path) > 0;
    assert.equal(isTaken(), true);
    for (let at = 0; at < whole.length; at += Math.ceil(whole.length / 97)) {
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 4;
      writeFileSync(file, damaged);
      assert.equal(isTaken(), false, `${name}: byte ${at} of ${whole.length}`);
      writeFileSync(file, whole.subarray(0, at));
      assert.equal(isTaken(), false, `${name}: the first ${at} bytes of ${whole.length}`);
    }
    writeFileSync(file, Buffer.concat([whole, Buffer.alloc(8)]));
    assert.equal(isTaken(), false, `${name}: longer than written`);
    writeFileSync(file, whole);
  }
});

test('dense parts are taken for those of the features they were made by, and no others', () => {
  indexTexts(path, 'a', texts(300));
  const pool = kept();
  const records = embedded(pool);
  keepFile(keptPath(path, 'dense'), packDense(pool, records, 7, opened())!);
  const others = new DenseRecords(features(pool));
  assert.equal(restoreDense(pool, others, 8, opened(), path), 0);
  assert.equal(others.blockOf(pool.blocks[0]!), undefined);
  assert.equal(restoreDense(pool, others, 7, opened(), path), 1);
  for (const record of [0, 7, 299]) {
    const rows = [records, others].map((dense) => {
      const row = new Float64Array(dense.dimensions);
      dense.row(dense.blockOf(pool.blocks[0]!)!, record, row);
      return row;
    });
    assert.deepEqual(rows[0], rows[1]);
  }
});

/** The pool of the index, whose blocks are kept. */
function kept(): Pool {
  const reader = opened();
  const pool = Pool.read(reader, Pool.empty());
  keepFile(keptPath(path, 'blocks'), packBlocks(pool, reader)!);
  return pool;
}

function opened(): IndexReader {
  const reader = IndexReader.open(path);
  readers.push(reader);
  return reader;
}

function features(pool: Pool) {
  return learnPool(
    pool.tfidf(pool.rows),
    Array.from(pool.rows, () => new Int32Array(0)),
  ).features;
}

function embedded(pool: Pool): DenseRecords {
  const records = new DenseRecords(features(pool));
  for (const block of pool.blocks) records.embed(block, pool.memory, pool.idf);
  return records;
}

function texts(count: number, words = ['kot', 'pies', 'dom', 'las', 'rzeka', 'most']): IndexedText[] {
  const random = new Random(3);
  return Array.from({ length: count }, (_, at) => ({
    // One word is in some records oftener than a posting can say.
    text: `${Array.from({ length: 6 }, () => words[random.below(words.length)]).join(' ')}${' echo'.repeat(at % 40)}`,
    auditRank: 1000 + at,
  }));
}

function assertAlike(pool: Pool, expected: Pool): void {
  assert.deepEqual(pool.rows, expected.rows);
  assert.deepEqual(pool.idf, expected.idf);
  assert.equal(pool.language, expected.language);
  assert.deepEqual(pool.tfidf(pool.rows), expected.tfidf(expected.rows));
  assert.deepEqual(signaturesOf(pool), signaturesOf(expected));
  assert.deepEqual(pool.featuresByTerm(), expected.featuresByTerm());
}

function signaturesOf(pool: Pool): number[] {
  return Array.from(pool.rows, (row) => pool.signatureOf(row));
}
