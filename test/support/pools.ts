/** Pools as query strategies see them: ordinary ones by a seed, and the degenerate ones that break naive code. */
import { type DenseRows, gatherRows } from '../../src/core/features/dense-rows.ts';
import type { PoolView } from '../../src/core/query/strategy.ts';
import { Random } from '../../src/core/random.ts';

export function randomPool(wanted: { candidateCount: number; classCount: number; seed: number }): PoolView {
  const random = new Random(wanted.seed);
  const { candidateCount, classCount } = wanted;
  const probabilities = new Float64Array(candidateCount * classCount);
  for (let candidate = 0; candidate < candidateCount; candidate++) {
    const row = probabilities.subarray(candidate * classCount, (candidate + 1) * classCount);
    for (let k = 0; k < classCount; k++) row[k] = random.uniform() ** 3;
    const sum = row.reduce((total, share) => total + share, 0);
    for (let k = 0; k < classCount; k++) row[k]! /= sum;
  }
  return { candidateCount, classCount, probabilities, labelled: { classes: new Int32Array(0) } };
}

/** A pool with a space: these rows, as typical and as likely as given. */
export function densePool(given: {
  rows: DenseRows;
  densities: Float64Array;
  probabilities: (candidate: number) => readonly number[];
}): PoolView {
  const { rows, densities } = given;
  const probabilities = Array.from({ length: rows.rowCount }, (_, candidate) =>
    given.probabilities(candidate),
  );
  const classCount = probabilities[0]?.length ?? 2;
  const all = Float64Array.from(probabilities.flat());
  return {
    candidateCount: rows.rowCount,
    classCount,
    probabilities: all,
    labelled: {
      classes: new Int32Array(0),
      rows: () => gatherRows(rows, new Int32Array(0)),
      probabilities: () => new Float64Array(0),
    },
    // An answer makes the model a little surer of everything that it was sure of.
    whatIf: (_position, _classIndex, judged) =>
      Float64Array.from(
        Array.from(judged).flatMap((at) =>
          sharpened(all.subarray(at * classCount, (at + 1) * classCount), 2),
        ),
      ),
    committee: (positions) =>
      // Members that lean further from the model one by one.
      [1, 2, 3].map((power) =>
        Float64Array.from(
          Array.from(positions).flatMap((position) =>
            sharpened(all.subarray(position * classCount, (position + 1) * classCount), power),
          ),
        ),
      ),
    space: {
      rows: (positions) => gatherRows(rows, positions),
      densities: (positions) => Float64Array.from(positions, (position) => densities[position]!),
    },
  };
}

function sharpened(probabilities: Float64Array, power: number): number[] {
  const powers = Array.from(probabilities, (p) => p ** power);
  const sum = powers.reduce((total, p) => total + p, 0);
  return powers.map((p) => p / sum);
}

/** A pool in a space of five dimensions, some of its records copies of others. */
export function randomDensePool(candidateCount: number, seed: number): PoolView {
  const random = new Random(seed);
  const values = Float64Array.from({ length: candidateCount * 5 }, () => random.normal());
  values.copyWithin(0, 5, 50);
  for (let row = 0; row < candidateCount; row++) {
    const length = Math.hypot(...values.subarray(row * 5, row * 5 + 5));
    for (let j = 0; j < 5; j++) values[row * 5 + j]! /= length;
  }
  const rows = { rowCount: candidateCount, dimensions: 5, values };
  const pool = randomPool({ candidateCount, classCount: 3, seed });
  return {
    ...densePool({
      rows,
      densities: Float64Array.from({ length: candidateCount }, () => random.uniform()),
      probabilities: (candidate) => [...pool.probabilities!.subarray(candidate * 3, candidate * 3 + 3)],
    }),
    labelled: {
      classes: Int32Array.from({ length: 50 }, (_, at) => at % 30),
      probabilities: () => Float64Array.from(pool.probabilities!.subarray(0, 150)),
      rows: () =>
        gatherRows(
          rows,
          Int32Array.from({ length: 50 }, (_, at) => at),
        ),
    },
  };
}

/** A pool whose candidates all believe the same. */
function uniformPool(candidateCount: number, probabilities: readonly number[]): PoolView {
  return {
    candidateCount,
    classCount: probabilities.length,
    labelled: { classes: new Int32Array(0) },
    probabilities: Float64Array.from({ length: candidateCount * probabilities.length }, (_, at) => {
      return probabilities[at % probabilities.length]!;
    }),
  };
}

export const pools: Readonly<Record<string, PoolView>> = {
  'an ordinary pool': randomPool({ candidateCount: 100, classCount: 4, seed: 1 }),
  'an exhausted space': densePool({
    rows: { rowCount: 0, dimensions: 3, values: new Float64Array(0) },
    densities: new Float64Array(0),
    probabilities: () => [],
  }),
  'a space of one': densePool({
    rows: { rowCount: 1, dimensions: 2, values: Float64Array.of(1, 0) },
    densities: Float64Array.of(0.5),
    probabilities: () => [0.2, 0.8],
  }),
  'a single class in a space': densePool({
    rows: { rowCount: 12, dimensions: 2, values: Float64Array.from({ length: 24 }, (_, at) => at % 2) },
    densities: new Float64Array(12).fill(1),
    probabilities: () => [1],
  }),
  'a certain model in a space': densePool({
    rows: {
      rowCount: 30,
      dimensions: 1,
      values: Float64Array.from({ length: 30 }, (_, at) => (at % 2) * 2 - 1),
    },
    densities: new Float64Array(30).fill(1),
    probabilities: () => [0, 1, 0],
  }),
  'a pool in a space': randomDensePool(100, 3),
  'many classes in a space': densePool({
    rows: {
      rowCount: 12,
      dimensions: 3,
      values: Float64Array.from({ length: 36 }, (_, at) => +(at % 4 === 0)),
    },
    densities: new Float64Array(12).fill(0.5),
    probabilities: (candidate) => Array.from({ length: 150 }, (_, k) => (k === candidate ? 0.5 : 0.5 / 149)),
  }),
  'copies in a space': densePool({
    rows: { rowCount: 40, dimensions: 1, values: new Float64Array(40).fill(1) },
    densities: new Float64Array(40),
    probabilities: () => [0.5, 0.5],
  }),
  'many classes': randomPool({ candidateCount: 40, classCount: 150, seed: 2 }),
  'an exhausted pool': uniformPool(0, [0.5, 0.5]),
  'a pool of one': uniformPool(1, [0.9, 0.1]),
  'a single class': uniformPool(12, [1]),
  'candidates that are all alike': uniformPool(30, [0.2, 0.5, 0.3]),
  'a model that is always certain': uniformPool(30, [0, 1, 0]),
};
