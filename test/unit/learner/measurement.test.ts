/** The parts of a measurement that need no index: temperature, the stop set, chosen answers against random ones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CsrBuilder, type CsrMatrix, selectRows } from '../../../src/core/features/csr.ts';
import { classifierByName } from '../../../src/core/model/registry.ts';
import { Random } from '../../../src/core/random.ts';
import { Calibrator, steppedDown } from '../../../src/engine/learner/calibrator.ts';
import { checkpoints } from '../../../src/engine/learner/checkpoints.ts';
import { CurveMeter } from '../../../src/engine/learner/curve.ts';
import { stopSet } from '../../../src/engine/learner/stop-set.ts';
import { Tuner } from '../../../src/engine/learner/tuner.ts';
import type { Measurement } from '../../../src/protocol/curve.ts';
import type { CurveRequest } from '../../../src/protocol/learner.ts';

/** Three clouds of points, far enough apart to be learned and near enough to be confused now and then. */
function clouds(count: number, seed: number, spread: number) {
  const random = new Random(seed);
  const builder = new CsrBuilder();
  const classes = Int32Array.from({ length: count }, () => {
    const own = random.below(3);
    const at = (column: number) => (column === own ? 1 : 0) + spread * random.normal();
    builder.addRow(new Map([0, 1, 2, 3, 4].map((column) => [column, at(column)])));
    return own;
  });
  return { rows: builder.finish(5), classes };
}

const pool = clouds(1000, 7, 0.45);
const counted = { rows: 0 };
const featureRows = (rows: Int32Array): CsrMatrix => {
  counted.rows += rows.length;
  return selectRows(pool.rows, rows);
};
const logistic = classifierByName('logistic');
const untuned = new Tuner(featureRows, 0);
const newMeter = (giveWay = () => Promise.resolve()) =>
  new CurveMeter(featureRows, untuned, new Calibrator(featureRows), giveWay);
const stopRows = Int32Array.from({ length: 300 }, (_, at) => 700 + at);

/** The first `trained` records taught, `audited` from the 400th on. */
function request(trained: number, audited: number, change: Partial<CurveRequest> = {}): CurveRequest {
  const rows = Int32Array.from({ length: trained }, (_, at) => at);
  const auditRows = Int32Array.from({ length: audited }, (_, at) => 400 + at);
  return {
    rows,
    classes: rows.map((row) => pool.classes[row]!),
    auditRows,
    auditClasses: auditRows.map((row) => pool.classes[row]!),
    classCount: 3,
    auditThreshold: 0,
    classifier: 'logistic',
    ...change,
  };
}

test('a measurement holds every figure, the same whatever was measured before', async () => {
  const meter = newMeter();
  await meter.measure(request(130, 100), stopRows);
  const later = await meter.measure(request(150, 120), stopRows);
  assert.deepEqual(later, await newMeter().measure(request(150, 120), stopRows));
  assert.deepEqual(
    later.agreements.map(({ labels }) => labels),
    [100, 120, 140],
  );
  for (const { kappa, changed, changeOfF } of later.agreements) {
    assert.ok(kappa > 0.8 && kappa <= 1 && changed < 0.2 && changeOfF < 0.2);
  }
  assert.ok(later.uncertainty! > 0 && later.uncertainty! < 1);
  const { forecast } = await newMeter().measure(request(400, 300), stopRows);
  assert.ok(forecast.known, JSON.stringify(forecast));
});

test('a measurement waits while a lesson is under way, before every model', async () => {
  let lesson = Promise.withResolvers<void>();
  const rowsAtRest: number[] = [];
  const meter = newMeter(() => {
    rowsAtRest.push(counted.rows);
    return lesson.promise;
  });
  counted.rows = 0;
  let measured = false;
  const measurement = meter.measure(request(150, 100), stopRows).finally(() => {
    measured = true;
  });
  await new Promise((done) => setTimeout(done, 20));
  assert.deepEqual(rowsAtRest, [0], 'it began before the lesson had ended');
  for (; !measured; await new Promise((done) => setImmediate(done))) {
    const ended = lesson;
    lesson = Promise.withResolvers();
    ended.resolve();
  }
  const { points, agreements } = await measurement;
  assert.ok(rowsAtRest.length >= points.length + agreements.length, `${rowsAtRest.length} rests`);
});

test('one more answer costs one more model, and one more audit answer is all that is predicted anew', async () => {
  const meter = newMeter();
  await meter.measure(request(150, 100), stopRows);
  // The newest model's probabilities are made anew for the audit answers and the stop set.
  const byTheNewest = (audited: number) => audited + stopRows.length;
  counted.rows = 0;
  await meter.measure(request(151, 100), stopRows);
  assert.equal(counted.rows, 151 + 100 + byTheNewest(100));
  counted.rows = 0;
  await meter.measure(request(151, 101), stopRows);
  const lengths = checkpoints(151);
  const taught = lengths.slice(0, -1).reduce((sum, length) => sum + length, 0);
  assert.equal(counted.rows, taught + lengths.length + byTheNewest(101));
});

test("the confusion counts each audit answer once, and a label's figures follow from it", async () => {
  const { quality, confusion, points } = await newMeter().measure(request(60, 90), stopRows);
  const cell = (truth: number, guessed: number) =>
    confusion.find((own) => own.truth === truth && own.guessed === guessed)?.count ?? 0;
  quality.forEach(({ support, guessed, precision, recall, f1 }, k) => {
    assert.equal(support, cell(k, 0) + cell(k, 1) + cell(k, 2));
    assert.equal(guessed, cell(0, k) + cell(1, k) + cell(2, k));
    assert.equal(precision.value, cell(k, k) / guessed);
    assert.equal(recall.value, cell(k, k) / support);
    assert.ok(Math.abs(f1.value - (2 * cell(k, k)) / (support + guessed)) < 1e-12);
  });
  const right = (cell(0, 0) + cell(1, 1) + cell(2, 2)) / 90;
  assert.equal(points.at(-1)!.accuracy.value, right);
});

async function against(change: Partial<CurveRequest>, audited = 240): Promise<Measurement['againstRandom']> {
  return (await newMeter().measure(request(200, audited, change), stopRows)).againstRandom;
}

test('answers like random ones are not said to beat random ones', async () => {
  const result = await against({});
  assert.ok(result.known);
  assert.ok(result.difference.low <= 0 && 0 <= result.difference.high, JSON.stringify(result));
  assert.ok(result.labels >= 100 && result.labels <= 120);
});

test('answers that teach less than random ones are found out', async () => {
  // All but the first are of one class, so that the third is never guessed.
  const own = (k: number) =>
    Int32Array.from(pool.classes.keys()).filter((row) => row < 400 && pool.classes[row] === k);
  const poor = Int32Array.of(own(1)[0]!, ...own(0));
  const classes = poor.map((row) => pool.classes[row]!);
  const result = await against({ rows: poor, classes });
  assert.ok(result.known, JSON.stringify(result));
  assert.ok(result.difference.high < 0, JSON.stringify(result));
});

test('with few audit answers, or fewer chosen ones than a fair comparison takes, it cannot be told', async () => {
  for (const [trained, audited, why] of [
    [200, 59, /takes 60 audit answers; so far: 59/],
    [20, 240, /chosen answers for a fair comparison; so far: 20/],
  ] as const) {
    const { againstRandom } = await newMeter().measure(request(trained, audited), stopRows);
    assert.ok(!againstRandom.known);
    assert.match(againstRandom.why, why);
  }
});

test('the temperature is that of a step of answers: the same until the next step', () => {
  const calibrator = new Calibrator(featureRows);
  const at = (trained: number) => calibrator.temperature(request(trained, 0), logistic);
  assert.equal(at(19), 1);
  assert.equal(steppedDown(105, { from: 20, to: 2000, step: 1.1 }), 101);
  const temperature = at(101);
  assert.notEqual(temperature, 1);
  counted.rows = 0;
  assert.equal(at(105), temperature);
  assert.equal(counted.rows, 0, 'nothing is fitted again');
  assert.equal(new Calibrator(featureRows).temperature(request(105, 0), logistic), temperature);
});

test('the stop set holds the highest ranks, never an audit record, and stays when records come', () => {
  const random = new Random(3);
  const ranks = Uint32Array.from({ length: 10_000 }, () => random.uint32());
  const rowsOf = (count: number) => ({
    rows: Uint32Array.from({ length: count }, (_, at) => at),
    auditRanks: ranks.subarray(0, count),
  });
  const all = stopSet(rowsOf(10_000), 0);
  assert.equal(all.length, 2000);
  const sorted = Array.from(ranks).sort((a, b) => b - a);
  assert.deepEqual(
    Array.from(all, (row) => ranks[row]!),
    sorted.slice(0, 2000),
  );
  const earlier = new Set(stopSet(rowsOf(9000), 0));
  const shared = all.filter((row) => row < 9000);
  assert.ok(shared.every((row) => earlier.has(row)));
  assert.deepEqual([...stopSet(rowsOf(3), 2 ** 32)], []);
  assert.equal(
    stopSet(rowsOf(100), 2 ** 31).length,
    ranks.subarray(0, 100).filter((rank) => rank >= 2 ** 31).length,
  );
});
