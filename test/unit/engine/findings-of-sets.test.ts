/** What is said of a model where a record can have several labels. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingsOfSets, type KnownOfSets } from '../../../src/engine/findings-of-sets.ts';

const label = (name: string, trained: number, audited: number) => ({ id: name, name, trained, audited });
const interval = (value: number, half: number) => ({ value, low: value - half, high: value + half });
const newest = {
  labels: 100,
  accuracy: interval(0.55, 0.05),
  macroF1: interval(0.6, 0.05),
  microF1: interval(0.78, 0.04),
  hammingLoss: interval(0.1, 0.02),
};

function check(known: Partial<KnownOfSets>, ...expected: RegExp[]): void {
  const said = findingsOfSets({
    points: [newest],
    agreements: [],
    forecast: { known: false, why: '' },
    againstRandom: { known: false, why: '' },
    stopping: [],
    spent: { answers: 110, timed: 100, minutes: 8 },
    labels: [label('a', 50, 5), label('b', 20, 5)],
    none: { trained: 9, audited: 1 },
    trained: 100,
    audited: 40,
    records: 9000,
    ...known,
  });
  assert.equal(said.length, expected.length, said.join('\n'));
  for (const [position, pattern] of expected.entries()) assert.match(said[position]!, pattern);
}

test('the figure is micro-F1 with its interval, and how often the whole set is right', () => {
  check({}, /micro-F1 of about 78 % \(95 % interval 74 % to 82 %, from 40 audit answers\); for 55 %/);
});

test('a model needs a label that some answers have and others have not', () => {
  const labels = [label('a', 3, 0), label('b', 0, 0)];
  check({ labels, trained: 3, audited: 0, points: [] }, /some answers have and others have not/, /with "b"/);
});

test('where no answer says that none applies, it is said what follows', () => {
  check({ none: { trained: 0, audited: 0 } }, /micro-F1/, /none of the labels applies/);
});

test('a wide interval and a small pool are called so, and a spent budget ends it', () => {
  const budget = { name: 'budget', title: '', state: 'met', evidence: 'All spent.', citation: '' } as const;
  check(
    { points: [{ ...newest, microF1: interval(0.7, 0.2) }], records: 300, stopping: [budget] },
    /about 70 %/,
    /120 more audit answers/,
    /You can stop: the budget is spent\. All spent\./,
    /With 300 records/,
  );
});
