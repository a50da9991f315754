import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CsrBuilder, selectRows } from '../../../src/core/features/csr.ts';
import { classifierByName } from '../../../src/core/model/registry.ts';
import { Random } from '../../../src/core/random.ts';
import { Tuner } from '../../../src/engine/learner/tuner.ts';

const [RECORDS, TERMS, DENSE] = [400, 40, 10];

/** Two classes, told apart by their terms; the dense columns after them are long and say nothing. */
const records = (() => {
  const random = new Random(3);
  const builder = new CsrBuilder();
  const classes = Int32Array.from({ length: RECORDS }, (_, at) => at % 2);
  for (const own of classes) {
    const row = new Map<number, number>();
    for (let draw = 0; draw < 6; draw++)
      row.set(2 * random.below(TERMS / 2) + (random.uniform() < 0.7 ? own : 1 - own), 0.4);
    for (let j = 0; j < DENSE; j++) row.set(TERMS + j, random.normal());
    builder.addRow(row);
  }
  return { rows: builder.finish(TERMS + DENSE), classes };
})();
const counted = { calls: 0 };
const featureRows = (rows: Int32Array) => {
  counted.calls++;
  return selectRows(records.rows, rows);
};
const usual = classifierByName('logistic');

function taught(count: number, classifier = 'logistic') {
  const rows = Int32Array.from({ length: count }, (_, at) => at);
  return { rows, classes: records.classes.slice(0, count), classCount: 2, classifier };
}

function decided(tuner: Tuner, count: number) {
  let fits = 0;
  for (const _ of tuner.decide(taught(count))) fits++;
  return fits;
}

test('dense features that mislead are made to count less, once 200 answers show it', () => {
  const tuner = new Tuner(featureRows, DENSE);
  assert.equal(decided(tuner, 199), 0);
  assert.equal(tuner.classifierFor(taught(199)), usual);
  assert.equal(decided(tuner, 200), 15);
  const found = tuner.classifierFor(taught(200));
  assert.notEqual(found, usual);
  /** Of the other 200 records. */
  const likelihood = (classifier: typeof usual) => {
    const rows = Int32Array.from({ length: 200 }, (_, at) => 200 + at);
    const { rows: first, classes } = taught(200);
    const said = classifier.fit(featureRows(first), classes, 2).probabilities(featureRows(rows));
    return rows.reduce((sum, row, at) => sum + Math.log(said[2 * at + records.classes[row]!]!), 0);
  };
  assert.ok(likelihood(found) > likelihood(usual), `${likelihood(found)} against ${likelihood(usual)}`);
});

test('it is looked for anew when the answers have grown by half, and models of fewer keep what suited them', () => {
  const tuner = new Tuner(featureRows, DENSE);
  decided(tuner, 200);
  counted.calls = 0;
  assert.equal(decided(tuner, 299), 0);
  assert.equal(counted.calls, 0);
  assert.equal(decided(tuner, 300), 15);
  assert.equal(tuner.classifierFor(taught(150)), usual);
  assert.notEqual(tuner.classifierFor(taught(299)), usual);
});

test('an early answer that is changed has it looked for again; until then what was found serves', () => {
  const tuner = new Tuner(featureRows, DENSE);
  decided(tuner, 200);
  const found = tuner.classifierFor(taught(200));
  const changed = taught(200);
  changed.classes[3] = 1 - changed.classes[3]!;
  assert.equal(tuner.classifierFor(changed), found);
  assert.equal([...tuner.decide(changed)].length, 15);
  assert.equal([...tuner.decide(changed)].length, 0);
});

test('other classifiers, and rows without dense features, are left as they are', () => {
  const other = 'ml-logistic-regression';
  const tuner = new Tuner(featureRows, DENSE);
  assert.equal([...tuner.decide(taught(300, other))].length, 0);
  assert.equal(tuner.classifierFor(taught(300, other)), classifierByName(other));
  assert.equal(decided(new Tuner(featureRows, 0), 300), 0);
});

test('between two fits others get their turn, and of two who ask at once only one fits', async () => {
  const tuner = new Tuner(featureRows, DENSE);
  let turns = 0;
  const giveWay = async () => {
    turns++;
  };
  await Promise.all([tuner.settle(taught(200), giveWay), tuner.settle(taught(220), giveWay)]);
  assert.equal(turns, 15);
  assert.notEqual(tuner.classifierFor(taught(200)), usual);
});
