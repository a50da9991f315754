import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../../src/core/random.ts';
import { type FoundFacts, FoundRecords } from '../../../src/engine/found-records.ts';

/** Rows are open until they are answered; rows of one text have one hash. */
function facts(answers: ReadonlyMap<number, string>, hashOf = (row: number) => `h${row}`): FoundFacts {
  return {
    isOpen: (row) => !answers.has(row),
    labelsOf: (row) => (answers.has(row) ? [answers.get(row)!] : undefined),
    hashOf,
  };
}

const upTo = (count: number) => Array.from({ length: count }, (_, row) => row);

test('the sample is drawn from all that was found, comes first, and says what it found', async () => {
  const answers = new Map<number, string>([[0, 'La']]);
  const found = new FoundRecords('parcel', upTo(500));
  await found.drawSample(facts(answers), new Random(1));
  const first = found.next(12, () => true);
  assert.ok(Math.max(...first.slice(0, 10)) > 100, 'not the first ten of the file');
  assert.ok(!first.slice(0, 10).includes(0), 'what has an answer needs no other');
  for (const [at, row] of first.slice(0, 10).entries()) {
    assert.deepEqual(found.sampled(facts(answers)), { answered: at, drawn: 10 });
    answers.set(row, at < 8 ? 'La' : 'Lb');
    found.passed(row);
  }
  const rest = await found.rest(facts(answers));
  assert.deepEqual(rest.sampled, [
    { label: 'La', count: 8 },
    { label: 'Lb', count: 2 },
  ]);
  assert.deepEqual([rest.answered, rest.drawn, rest.rows.length, rest.exempt], [10, 10, 489, false]);
  assert.deepEqual(
    found.next(2, () => true),
    [0, 1],
  );
});

test('few records, and copies of a text that has an answer, need no sample', async () => {
  const few = await new FoundRecords('x', upTo(10)).rest(facts(new Map()));
  assert.equal(few.exempt, true);
  const copies = new FoundRecords('x', upTo(50));
  assert.equal((await copies.rest(facts(new Map([[3, 'La']]), () => 'same'))).exempt, true);
  assert.equal((await copies.rest(facts(new Map(), () => 'same'))).exempt, false);
  assert.equal((await copies.rest(facts(new Map([[3, 'La']])))).exempt, false);
});

test('a record that was passed comes again when its act is undone', () => {
  const found = new FoundRecords('x', upTo(3));
  found.passed(0);
  assert.deepEqual(
    found.next(5, () => true),
    [1, 2],
  );
  found.cameBack(0);
  assert.deepEqual(
    found.next(5, (row) => row !== 1),
    [0, 2],
  );
});
