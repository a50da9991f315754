import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StreamGate } from '../../../src/core/query/stream.ts';
import { Random } from '../../../src/core/random.ts';

test('the threshold falls with a question and rises with a record let pass, as computed by hand', () => {
  const gate = new StreamGate({ threshold: 0.8, budget: 1 });
  assert.equal(gate.admits(0.7), true);
  assert.ok(Math.abs(gate.threshold - 0.8 * 0.99) < 1e-12);
  assert.equal(gate.admits(0.793), false);
  assert.ok(Math.abs(gate.threshold - 0.8 * 0.99 * 1.01) < 1e-12);
});

test('with the budget spent nothing is asked, and it comes back as records pass', () => {
  const gate = new StreamGate({ threshold: 0.9, budget: 0.02 });
  const asked = Array.from({ length: 100 }, () => gate.admits(0.1));
  // What was spent fades: 1, then 1.99 of 2 allowed, then 2.97, which takes forty records to fall below 2.
  assert.equal(asked.indexOf(false), 3);
  assert.equal(asked.indexOf(true, 3), 43);
});

for (const budget of [0.05, 0.2, 0.5]) {
  test(`of a long stream about ${budget * 100} % are asked about, the unsure ones rather than the sure`, () => {
    const gate = new StreamGate({ threshold: 0.8, budget });
    const random = new Random(1);
    const certainties = Array.from({ length: 5000 }, () => 0.5 + random.uniform() / 2);
    const asked = certainties.filter((certainty) => gate.admits(certainty));
    assert.ok(Math.abs(asked.length / 5000 - budget) < 0.05, `${asked.length}`);
    assert.ok(mean(asked) < mean(certainties));
  });
}

test('a threshold never passes certainty itself', () => {
  const gate = new StreamGate({ threshold: 0.99, budget: 0.1 });
  for (let i = 0; i < 100; i++) gate.admits(1);
  assert.equal(gate.threshold, 1);
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
