import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CsrBuilder } from '../../../src/core/features/csr.ts';
import { crossValidatedTemperature, fitTemperature, tempered } from '../../../src/core/model/calibration.ts';
import { classifierByName } from '../../../src/core/model/registry.ts';
import { Random } from '../../../src/core/random.ts';

const close = (actual: number, expected: number, within = 1e-9) =>
  assert.ok(Math.abs(actual - expected) < within, `${actual} against ${expected}`);

test('a temperature of 2 takes the square root of the odds', () => {
  const [p, q] = tempered(Float64Array.of(0.9, 0.1), 2, 2);
  close(p!, 0.75); // odds 9 become 3
  close(q!, 0.25);
});

test('temperatures keep impossible classes impossible, rows at a sum of 1, and the order of the classes', () => {
  const hard = Float64Array.of(1, 0, 0, 0.6, 0.4, 0, 1e-300, 1 - 1e-12, 1e-12);
  for (const temperature of [0.05, 0.5, 3, 20]) {
    const soft = tempered(hard, 3, temperature);
    for (let row = 0; row < 3; row++)
      close(
        soft.subarray(3 * row, 3 * row + 3).reduce((a, b) => a + b),
        1,
      );
    assert.deepEqual([soft[1], soft[2], soft[5]], [0, 0, 0]);
    assert.ok(soft[3]! > soft[4]! && soft[7]! > soft[8]! && soft[8]! >= soft[6]!);
  }
});

test('guesses made at 90 % of which three in four are right are cooled to 75 %', () => {
  // The likelihood is highest where the probability is the share right: odds 9^(1/T) = 3, so T = 2.
  const rows = 40;
  const probabilities = Float64Array.from({ length: 2 * rows }, (_, at) => (at % 2 === 0 ? 0.9 : 0.1));
  const classes = Int32Array.from({ length: rows }, (_, row) => (row % 4 === 0 ? 1 : 0));
  close(fitTemperature(probabilities, classes, 2), 2, 1e-4);
});

test('too few rows, or rows that no temperature can explain, leave the probabilities as they are', () => {
  assert.equal(fitTemperature(Float64Array.of(0.9, 0.1), Int32Array.of(0), 2), 1);
  const impossible = Float64Array.from({ length: 100 }, (_, at) => (at % 2 === 0 ? 1 : 0));
  assert.equal(fitTemperature(impossible, new Int32Array(50).fill(1), 2), 1);
});

test('a model that is always right gets the lowest temperature, one that is always wrong the highest', () => {
  const sure = Float64Array.from({ length: 100 }, (_, at) => (at % 2 === 0 ? 0.8 : 0.2));
  assert.equal(fitTemperature(sure, new Int32Array(50), 2), 0.05);
  assert.equal(fitTemperature(sure, new Int32Array(50).fill(1), 2), 20);
});

test('cross-validation cools a model whose answers are half chance, alike for the same seed', () => {
  const random = new Random(4);
  const builder = new CsrBuilder();
  const classes = Int32Array.from({ length: 120 }, (_, row) => {
    const entries = Array.from({ length: 12 }, (_, column) => [column, random.normal()] as const);
    builder.addRow(new Map(entries));
    return row < 60 ? (entries[0]![1] > 0 ? 1 : 0) : random.below(2);
  });
  const rows = builder.finish(12);
  const temperature = () =>
    crossValidatedTemperature(classifierByName('logistic'), rows, classes, 2, new Random(1));
  assert.ok(temperature() > 1.2, String(temperature()));
  assert.equal(temperature(), temperature());
});

test('answers of a single class have no temperature', () => {
  const builder = new CsrBuilder();
  for (let row = 0; row < 30; row++) builder.addRow(new Map([[0, row]]));
  const temperature = crossValidatedTemperature(
    classifierByName('logistic'),
    builder.finish(1),
    new Int32Array(30),
    2,
    new Random(1),
  );
  assert.equal(temperature, 1);
});
