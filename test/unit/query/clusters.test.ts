import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DenseRows } from '../../../src/core/features/dense-rows.ts';
import { kMeans } from '../../../src/core/features/k-means.ts';
import { clusterStart } from '../../../src/core/query/cluster-start.ts';
import { strategyByName } from '../../../src/core/query/registry.ts';
import { Random } from '../../../src/core/random.ts';
import { densePool } from '../../support/pools.ts';

/** Three heaps of records at 0°, 90° and 200°, a few degrees wide, of 5, 10 and 15 records. */
const heaps = rowsAt(
  [0, 90, 200].flatMap((centre, heap) =>
    Array.from({ length: 5 * (heap + 1) }, (_, at) => centre + at - 2.5 * heap),
  ),
);
const heapOf = (row: number) => (row < 5 ? 0 : row < 15 ? 1 : 2);

test('k-means finds heaps that lie apart', () => {
  const { clusterOf } = kMeans(heaps, 3, { starts: 2, iterations: 50 }, new Random(1));
  for (let a = 0; a < heaps.rowCount; a++) {
    for (let b = 0; b < heaps.rowCount; b++)
      assert.equal(clusterOf[a] === clusterOf[b], heapOf(a) === heapOf(b));
  }
});

for (const [title, rows] of [
  ['as many clusters as rows', rowsAt([0, 50, 100, 150])],
  ['rows that are all alike', rowsAt([10, 10, 10, 10, 10])],
] as const) {
  test(`${title}: every row gets a cluster and centres stay finite`, () => {
    const { clusterOf, centres } = kMeans(rows, 4, { starts: 2, iterations: 20 }, new Random(1));
    assert.ok(clusterOf.every((cluster) => cluster >= 0 && cluster < 4));
    assert.ok(centres.values.every(Number.isFinite));
  });
}

test('the start takes the densest record near the centre of each cluster, the largest cluster first', () => {
  const densities = new Float64Array(heaps.rowCount).fill(0.5);
  for (const row of [2, 9, 20]) densities[row] = 0.9;
  assert.deepEqual([...clusterStart(heaps, densities, 3, new Random(1))], [20, 9, 2]);
});

test('the start asks for no record twice, even in a pool smaller than itself or of copies', () => {
  for (const rows of [rowsAt([0, 90]), rowsAt(Array(50).fill(3)), rowsAt([])]) {
    const chosen = clusterStart(rows, new Float64Array(rows.rowCount).fill(1), 20, new Random(1));
    assert.equal(new Set(chosen).size, chosen.length);
    assert.ok(chosen.length <= rows.rowCount);
  }
});

test('of records as uncertain, the default asks about typical ones, one of each cluster', () => {
  const densities = Float64Array.from({ length: 30 }, (_, row) => (row % 5 === 0 ? 0.9 : 0.1));
  const pool = densePool({ rows: heaps, densities, probabilities: () => [0.5, 0.5] });
  const { chosen } = strategyByName('default').select(pool, 3, new Random(1));
  assert.deepEqual([...chosen].map(heapOf).toSorted(), [0, 1, 2]);
  for (const row of chosen) assert.equal(row % 5, 0);
});

test('of records as typical, the default asks about uncertain ones', () => {
  const densities = new Float64Array(30).fill(0.5);
  const pool = densePool({
    rows: heaps,
    densities,
    probabilities: (row) => (row === 17 ? [0.5, 0.5] : [0.99, 0.01]),
  });
  assert.deepEqual([...strategyByName('default').select(pool, 1, new Random(1)).chosen], [17]);
});

test('while every answer brings a new class, the default prefers what is far from all answers', () => {
  const densities = new Float64Array(30).fill(0.5);
  const classes = Int32Array.from({ length: 40 }, (_, at) => at);
  const answered = rowsAt(Array(40).fill(200));
  const pool = {
    ...densePool({ rows: heaps, densities, probabilities: () => [0.5, 0.5] }),
    labelled: { classes, rows: () => answered },
  };
  const { utilities, chosen } = strategyByName('default').select(pool, 30, new Random(1));
  const mean = (heap: number) => {
    const own = [...utilities].filter((_, at) => heapOf(chosen[at]!) === heap);
    return own.reduce((sum, utility) => sum + utility, 0) / own.length;
  };
  assert.ok(mean(0) > mean(2) && mean(1) > mean(2));
});

function rowsAt(degrees: readonly number[]): DenseRows {
  const values = degrees.flatMap((angle) => [
    Math.cos((angle * Math.PI) / 180),
    Math.sin((angle * Math.PI) / 180),
  ]);
  return { rowCount: degrees.length, dimensions: 2, values: Float64Array.from(values) };
}
